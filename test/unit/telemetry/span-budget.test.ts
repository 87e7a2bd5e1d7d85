import { expect, it } from 'vitest';
import type { Logger } from '../../../src/core/index.ts';
import { silentLogger } from '../../../src/index.ts';
import { SpanBudget } from '../../../src/telemetry/span-budget.ts';

it('spreads the spans of a second, and counts the calls that get none', () => {
  const clock = { nowMs: 0, now: () => clock.nowMs };
  const budget = new SpanBudget(100, clock);
  const taken: number[] = [];
  for (let portion = 0; portion < 10; portion++) {
    clock.nowMs = portion * 100;
    taken.push(Array.from({ length: 25 }, () => budget.take()).filter(Boolean).length);
  }
  expect(taken).toEqual(Array.from({ length: 10 }, () => 10));
  expect(budget.leftOut).toBe(150);
});

it('lets all have one when there is no limit', () => {
  const budget = new SpanBudget(Number.POSITIVE_INFINITY, { now: () => 0 });
  for (let i = 0; i < 1_000; i++) expect(budget.take()).toBe(true);
  expect(budget.leftOut).toBe(0);
});

it('says once that some had none', () => {
  const lines: string[] = [];
  const log: Logger = { ...silentLogger, warn: (line) => void lines.push(line) };
  const budget = new SpanBudget(10, { now: () => 0 });
  budget.tell(log);
  budget.take();
  budget.take();
  budget.tell(log);
  budget.tell(log);
  expect(lines).toEqual([
    'more than 10 handlers and writes a second: the others have no span, and traces go on without them. Sample in the SDK, handle batches, or raise maxSpansPerSecond.',
  ]);
});
