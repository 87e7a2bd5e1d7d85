import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { checkConfig, explain } from '../../src/config/index.ts';

/** What `explain` says about the first example of docs/configuration.md. */
export function explainedExample(): string {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const { lines, warnings } = explain(checkConfig(parse(example)));
  const warned = warnings.map(({ path, text }) => `! ${path}: ${text}`);
  return ['```text', ...[...lines, '', ...warned].flatMap(folded), '```'].join('\n');
}

/** Lines of at most 120 characters, further ones indented. */
function folded(line: string): string[] {
  const indent = `${/^\s*/.exec(line)?.[0] ?? ''}  `;
  const folded: string[] = [''];
  for (const word of line.split(' ')) {
    const last = folded.at(-1) ?? '';
    if (last.trim() !== '' && last.length + word.length > 119) folded.push(indent + word);
    else folded[folded.length - 1] = folded.length === 1 && last === '' ? word : `${last} ${word}`;
  }
  return folded;
}
