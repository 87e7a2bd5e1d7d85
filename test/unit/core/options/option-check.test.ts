import { describe, expect, it } from 'vitest';
import { InvalidConfigError, OptionCheck } from '../../../../src/core/index.ts';

describe('an option check', () => {
  it('guesses what a misspelt option means, or names those there are', () => {
    const check = new OptionCheck();
    check.known('fetch.', { maxWait: 1, zzz: 2, minBytes: 3 }, ['maxWaitMs', 'minBytes']);
    expect(check.problems).toEqual([
      'fetch.maxWait is no option; did you mean maxWaitMs?',
      'fetch.zzz is no option; known are maxWaitMs, minBytes',
    ]);
  });

  it('shows values of every type without breaking', () => {
    const circle: Record<string, unknown> = {};
    circle.circle = circle;
    for (const value of [Symbol('s'), 5n, circle, () => {}, /x/, null, undefined, Number.NaN]) {
      const check = new OptionCheck();
      check.oneOf('acks', value ?? 'nothing', ['all']);
      check.count('linger', value, 0);
      expect(check.problems.length).toBeGreaterThan(0);
    }
  });

  it('takes over the problems of a part', () => {
    const check = new OptionCheck();
    check.adopt(new InvalidConfigError('part', ['one', 'two']));
    check.adopt(new Error('three'));
    check.adopt('four');
    expect(check.problems).toEqual(['one', 'two', 'three', 'four']);
  });
});
