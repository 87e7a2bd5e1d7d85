import { InvalidArgumentError } from 'commander';

/** Values of the command line as commander has them parsed: what is wrong with one is said with its option. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('Give a whole number.');
  return number;
}

export function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('Give a whole number of at least 1.');
  return number;
}

export function portNumber(text: string): number {
  const number = wholeNumber(text);
  if (number > 65_535) throw new InvalidArgumentError('Give a number from 0 to 65535.');
  return number;
}

/** For options that may be given more than once. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return before.includes(value) ? before : [...before, value];
}

export function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give at least one character.');
  return text;
}

/** `name=value`, for options that may be given more than once. */
export function pair(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** No cluster has as many; a slip of the finger has. */
const MOST_PARTITIONS = 1_000_000;

/** `name=value`; the same name may be given more than once, too. */
export function headerList(
  text: string,
  before: readonly (readonly [string, string])[] = [],
): readonly (readonly [string, string])[] {
  return [...before, ...Object.entries(pair(text))];
}

/** `0,3-5` → 0, 3, 4, 5; each once. */
export function partitionList(text: string): readonly number[] {
  const all = text.split(',').flatMap((part) => {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    const first = Number(from);
    const last = Number(to);
    if (from === undefined || last < first || last >= MOST_PARTITIONS)
      throw new InvalidArgumentError('Give partitions such as 0,3-5.');
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...new Set(all)];
}
