import { readFileSync } from 'node:fs';

/** Words of every line of a file in this folder. */
export function goldenLines(file: string): string[][] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}
