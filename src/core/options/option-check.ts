import { InvalidConfigError } from '../model/errors.ts';
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

  /** The value if it is an object to look into, else an empty one: what follows then finds nothing more to say. */
  object(name: string, value: unknown): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    // A text in the place of `sasl` or `ssl` is likely to be a password or a key.
    const given = typeof value === 'string' ? 'a text' : show(value);
    if (value !== undefined) this.problem(`${name} is ${given}, expected an object`);
    return {};
  }

  optionalText(name: string, value: unknown): void {
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      this.problem(`${name} is ${show(value)}, expected a text that is not empty`);
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
    if (!isMs(value))
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

/** Milliseconds as timers take them: more than 2^31 - 1 they take for 1. */
export function isMs(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 2 ** 31 - 1;
}

/** A value as it is shown in a sentence about it. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || value === undefined || value instanceof RegExp)
    return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `an ${typeof value}`;
  }
}
