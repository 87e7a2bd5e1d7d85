import { readFileSync } from 'node:fs';
import {
  cooperativeSticky,
  planTable,
  range,
  roundRobin,
  sticky,
} from '../../src/assignors/index.ts';
import { example } from './example.ts';
import { picture } from './picture.ts';
import { choiceTable } from './table.ts';

/** Everything about assignors in docs/ that is made by code: path → content. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const pictures = [range, roundRobin, sticky, cooperativeSticky].map(
    (assignor): [string, string] => [`docs/assignors/${assignor.name}.svg`, picture(assignor)],
  );
  return new Map([...pictures, ['docs/assignors.md', page()]]);
}

/** The page with its generated parts replaced. */
function page(): string {
  const written = readFileSync(new URL('../../docs/assignors.md', import.meta.url), 'utf8');
  const plan = `\`\`\`text\n${planTable(example(cooperativeSticky).join)}\n\`\`\``;
  return between(between(written, 'choice', choiceTable()), 'plan', plan);
}

function between(text: string, name: string, content: string): string {
  const begin = `<!-- ${name}:begin (npm run docs:assignors) -->`;
  const end = `<!-- ${name}:end -->`;
  const [head, rest] = text.split(begin);
  const tail = rest?.split(end)[1];
  if (tail === undefined) throw new Error(`docs/assignors.md has no place for ${name}`);
  return `${head}${begin}\n${content}\n${end}${tail}`;
}
