import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/testing/index.ts';

const take = (count: number, random: () => number) => Array.from({ length: count }, random);

describe('seeded random', () => {
  it('repeats itself for the same seed and differs for the next one', () => {
    expect(take(100, seededRandom(7))).toEqual(take(100, seededRandom(7)));
    expect(take(100, seededRandom(7))).not.toEqual(take(100, seededRandom(8)));
  });

  it('spreads evenly over [0, 1), for every small seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      const buckets = new Array<number>(10).fill(0);
      const values = take(10_000, seededRandom(seed));
      expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
      for (const value of values) {
        const bucket = Math.floor(value * 10);
        buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      }
      expect(Math.min(...buckets)).toBeGreaterThan(850);
      expect(Math.max(...buckets)).toBeLessThan(1150);
    }
  });
});
