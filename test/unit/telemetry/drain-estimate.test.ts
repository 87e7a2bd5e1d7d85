import { expect, it } from 'vitest';
import { DrainEstimate } from '../../../src/telemetry/drain-estimate.ts';

it('says when a lag will be gone at the rate of the last minute', () => {
  const drain = new DrainEstimate();
  expect(drain.look(1_000, 0)).toBeUndefined();
  expect(drain.look(900, 10_000)).toBe(90_000);
  expect(drain.look(0, 20_000)).toBe(0);
});

it('says nothing while a lag grows or stands still', () => {
  const drain = new DrainEstimate();
  drain.look(1_000, 0);
  expect(drain.look(1_000, 5_000)).toBeUndefined();
  expect(drain.look(2_000, 10_000)).toBeUndefined();
});

it('forgets what was more than a minute ago', () => {
  const drain = new DrainEstimate();
  drain.look(10_000, 0);
  drain.look(1_000, 30_000);
  drain.look(900, 61_000);
  expect(drain.look(800, 95_000)).toBeCloseTo((800 * (95_000 - 61_000)) / 100);
});
