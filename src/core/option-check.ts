import { InvalidConfigError } from './errors.ts';
import { nearest } from './nearest.ts';

/** Collects what is wrong with options, so that all of it is told at once. Returns values unchanged where it can. */
export class OptionCheck {
  readonly problems: string[] = [];

  problem(sentence: string): void {
    this.problems.push(sentence);
  }

  /** Takes over the problems of a part that was checked elsewhere. */
  adopt(error: unknown): void {
    if (error instanceof InvalidConfigError) this.problems.push(...error.problems);
    else this.problems.push(error instanceof Error ? error.message : String(error));
  }

  /** Names keys that mean nothing here, with the nearest one that does. */
  known(path: string, given: object, keys: readonly string[]): void {
    for (const key of Object.keys(given)) {
      if (keys.includes(key)) continue;
      const guess = nearest(key, keys);
      const hint = guess === undefined ? `known are ${keys.join(', ')}` : `did you mean ${guess}?`;
      this.problem(`${path}${key} is no option; ${hint}`);
    }
  }

  count(name: string, value: unknown, least: number): number {
    if (!Number.isSafeInteger(value) || (value as number) < least)
      this.problem(`${name} is ${show(value)}, expected a whole number of at least ${least}`);
    return value as number;
  }

  ms(name: string, value: unknown): number {
    if (typeof value !== 'number' || !(value > 0) || value > 2 ** 31 - 1)
      this.problem(`${name} is ${show(value)}, expected milliseconds between 1 and 2147483647`);
    return value as number;
  }

  optionalMs(name: string, value: unknown): number | undefined {
    return value === undefined ? undefined : this.ms(name, value);
  }

  oneOf(name: string, value: unknown, allowed: readonly string[]): void {
    if (value !== undefined && !allowed.includes(value as string))
      this.problem(`${name} is ${show(value)}, expected ${allowed.map(show).join(', ')}`);
  }

  functions(given: object, keys: readonly string[]): void {
    for (const key of keys) {
      const value = (given as Record<string, unknown>)[key];
      if (value !== undefined && typeof value !== 'function')
        this.problem(`${key} is ${show(value)}, expected a function`);
    }
  }
}

function show(value: unknown): string {
  return typeof value === 'number' || value === undefined
    ? String(value)
    : (JSON.stringify(value) ?? String(value));
}
