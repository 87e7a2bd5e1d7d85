import type { TopicPartition } from '../core/index.ts';
import type { Plan } from './plan.ts';

/** A plan as text: a row per member, then how many partitions move and in how many rounds. */
export function planTable(plan: Plan): string {
  const rows = plan.members.map(({ id, before, after, gains, losses }) => [
    id,
    String(before),
    String(after),
    ranges(gains),
    ranges(losses),
  ]);
  const head = ['member', 'before', 'after', 'gains', 'loses'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 1 || column === 2 ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rounds = plan.rounds === 1 ? '1 round' : `${plan.rounds} rounds`;
  const total = `moved ${plan.moved}, at least ${plan.minimum} have to; ${rounds}`;
  return [line(head), ...rows.map(line), total].join('\n');
}

/** `orders 0-2 5, payments 1`: partitions sorted, runs joined. */
function ranges(partitions: readonly TopicPartition[]): string {
  const byTopic = new Map<string, string[]>();
  let last: TopicPartition | undefined;
  let start = 0;
  for (const one of partitions) {
    const runs = byTopic.get(one.topic) ?? [];
    byTopic.set(one.topic, runs);
    if (last?.topic === one.topic && last.partition + 1 === one.partition) {
      runs[runs.length - 1] = `${start}-${one.partition}`;
    } else {
      start = one.partition;
      runs.push(String(start));
    }
    last = one;
  }
  return [...byTopic].map(([topic, runs]) => `${topic} ${runs.join(' ')}`).join(', ') || '-';
}
