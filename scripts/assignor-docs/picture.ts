import { type Assignment, type Assignor, formatPartition } from '../../src/core/index.ts';
import { example, topics } from './example.ts';

const CELL = 24;
const GAP = 3;
const ROW = 34;
const LABEL = 72;
const HEAD = 52;
const COLUMN = LABEL + 6 * (CELL + GAP) + 18;
const FILLS = ['#cfe0ff', '#ffe0b0'];
const FONT = 'font-family="system-ui, sans-serif"';

/** Before and after a member joins, as SVG; what it gains is framed. */
export function picture(assignor: Assignor): string {
  const { before, firstRound, join } = example(assignor);
  const steps: [title: string, assignment: Assignment][] = [
    ['before', before],
    ...(join.rounds > 1 ? [['first rebalance', firstRound] as [string, Assignment]] : []),
    [join.rounds > 1 ? 'second rebalance' : 'after', join.assignment],
  ];
  const width = steps.length * COLUMN + 12;
  const height = HEAD + 4 * ROW + 34;
  const columns = steps.map(([title, assignment], i) => column(i, title, assignment, before));
  const caption = `${join.moved} partitions move, ${join.minimum} have to. Framed: not there before.`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${assignor.name}: a fourth member joins. ${caption}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff" stroke="#d0d7de"/>`,
    text(12, 20, assignor.name, 14, '#1f2328', 'font-weight="600"'),
    ...legend(width),
    ...columns.flat(),
    text(12, height - 12, caption, 12, '#57606a'),
    '</svg>',
    '',
  ].join('\n');
}

function column(
  place: number,
  title: string,
  assignment: Assignment,
  before: Assignment,
): string[] {
  const left = 12 + place * COLUMN;
  const parts = [text(left, 44, title, 12, '#57606a')];
  [...assignment].forEach(([id, list], row) => {
    const top = HEAD + row * ROW;
    parts.push(text(left, top + 17, id, 12, '#1f2328'));
    const had = new Set((before.get(id) ?? []).map(formatPartition));
    [...list]
      .sort(
        (a, b) => topics.indexOf(a.topic) - topics.indexOf(b.topic) || a.partition - b.partition,
      )
      .forEach((one, i) => {
        const x = left + LABEL + i * (CELL + GAP);
        const frame = had.has(formatPartition(one)) || place === 0 ? '#8c959f' : '#cf222e';
        parts.push(
          cell(x, top, FILLS[topics.indexOf(one.topic)] ?? '#eeeeee', frame, one.partition),
        );
      });
  });
  return parts;
}

function cell(x: number, y: number, fill: string, frame: string, partition: number): string {
  const width = frame === '#cf222e' ? 2.5 : 1;
  const box = `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" rx="4" fill="${fill}" stroke="${frame}" stroke-width="${width}"/>`;
  return box + text(x + CELL / 2, y + 17, String(partition), 12, '#1f2328', 'text-anchor="middle"');
}

function legend(width: number): string[] {
  return topics.flatMap((topic, i) => {
    const x = width - 90 * (topics.length - i);
    const box = `<rect x="${x}" y="10" width="12" height="12" rx="3" fill="${FILLS[i]}" stroke="#8c959f"/>`;
    return [box, text(x + 17, 20, topic, 12, '#57606a')];
  });
}

function text(
  x: number,
  y: number,
  content: string,
  size: number,
  fill: string,
  more = '',
): string {
  return `<text x="${x}" y="${y}" ${FONT} font-size="${size}" fill="${fill}" ${more}>${content}</text>`;
}
