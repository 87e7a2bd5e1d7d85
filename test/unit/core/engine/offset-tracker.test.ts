import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffsetTracker } from '../../../../src/core/engine/offset-tracker.ts';

/** Distances between offsets: 1 is no gap. */
const gaps = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 60 });

type Step =
  | { readonly kind: 'add'; readonly gap: number }
  | { readonly kind: 'reach'; readonly gap: number }
  | { readonly kind: 'complete'; readonly pick: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), gap: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('reach' as const), gap: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('complete' as const), pick: fc.nat() }),
);

/** The same rules, without any cleverness. */
class PlainTracker {
  readonly added: number[] = [];
  readonly open = new Set<number>();
  next: number;

  constructor(start: number) {
    this.next = start;
  }

  apply(tracker: OffsetTracker, step: Step): void {
    if (step.kind === 'add') {
      const offset = this.next + step.gap;
      tracker.add(offset);
      this.added.push(offset);
      this.open.add(offset);
      this.next = offset + 1;
    } else if (step.kind === 'reach') {
      this.next += step.gap;
      tracker.reachedTo({ offset: this.next });
    } else if (this.open.size > 0) {
      const offset = [...this.open][step.pick % this.open.size] as number;
      expect(tracker.complete(offset)).toBe(true);
      this.open.delete(offset);
    }
  }

  get frontier(): number {
    return this.open.size === 0 ? this.next : Math.min(...this.open);
  }
}

describe('the offset tracker', () => {
  it('never passes an unfinished record, never goes back, and equals the end at idle', () => {
    fc.assert(
      fc.property(fc.nat(1e12), fc.array(step, { maxLength: 200 }), (start, steps) => {
        const tracker = new OffsetTracker({ offset: start });
        const plain = new PlainTracker(start);
        let before = start;
        for (const one of steps) {
          plain.apply(tracker, one);
          const { offset } = tracker.frontier();
          expect(offset).toBe(plain.frontier);
          expect(offset).toBeGreaterThanOrEqual(before);
          expect(tracker.unfinished).toBe(plain.open.size);
          before = offset;
        }
        for (const offset of plain.open) tracker.complete(offset);
        expect(tracker.frontier()).toEqual({ offset: plain.next });
        expect(tracker.span).toBe(0);
      }),
    );
  });

  it('names as finished beyond the frontier exactly what is', () => {
    fc.assert(
      fc.property(gaps, fc.array(fc.nat()), (distances, picks) => {
        const tracker = new OffsetTracker({ offset: 0 });
        const offsets: number[] = [];
        let at = -1;
        for (const distance of distances) {
          at += distance;
          tracker.add(at);
          offsets.push(at);
        }
        const done = new Set(picks.map((pick) => offsets[pick % Math.max(1, offsets.length)]));
        for (const offset of done) if (offset !== undefined) tracker.complete(offset);
        const runs = tracker.completedRuns();
        const within = (offset: number) =>
          runs.some((from, i) => i % 2 === 0 && offset >= from && offset < (runs[i + 1] ?? 0));
        const { offset: frontier } = tracker.frontier();
        for (const offset of offsets) {
          expect(within(offset)).toBe(offset >= frontier && done.has(offset));
          expect(tracker.isUnfinished(offset)).toBe(!done.has(offset));
        }
      }),
    );
  });

  it('keeps its word beyond its first size', () => {
    const tracker = new OffsetTracker({ offset: 0 });
    for (let offset = 0; offset < 5_000; offset++) tracker.add(offset * 2, `t${offset}`);
    for (let offset = 4_999; offset > 0; offset--) expect(tracker.complete(offset * 2)).toBe(true);
    expect(tracker.frontier()).toEqual({ offset: 0 });
    expect(tracker.completedRuns()).toEqual([2, 9_999]);
    tracker.complete(0);
    expect(tracker.frontier()).toEqual({ offset: 9_999, token: 't4999' });
    for (let offset = 5_000; offset < 9_000; offset++) tracker.add(offset * 2);
    expect(tracker.frontier()).toEqual({ offset: 10_000, token: 't4999' });
  });

  it('does not take a record twice, nor one it does not know', () => {
    const tracker = new OffsetTracker({ offset: 10 });
    tracker.add(10);
    tracker.add(12);
    expect(tracker.complete(12)).toBe(true);
    expect(tracker.complete(12)).toBe(false);
    expect(tracker.complete(11)).toBe(false);
    expect(tracker.complete(9)).toBe(false);
    expect(tracker.complete(99)).toBe(false);
    expect(tracker.unfinished).toBe(1);
  });

  it('moves its frontier with the last record, before it hears how far the log was read', () => {
    const tracker = new OffsetTracker({ offset: 5 });
    tracker.add(5);
    tracker.complete(5);
    expect(tracker.frontier()).toEqual({ offset: 6 });
  });

  it('does not go back when it hears of less than it knows', () => {
    const tracker = new OffsetTracker({ offset: 5, token: 'five' });
    tracker.reachedTo({ offset: 9, token: 'nine' });
    tracker.reachedTo({ offset: 7, token: 'seven' });
    expect(tracker.frontier()).toEqual({ offset: 9, token: 'nine' });
  });

  it('names the token of the last finished record, and that of the end when all are', () => {
    const tracker = new OffsetTracker({ offset: 0, token: 'start' });
    expect(tracker.frontier()).toEqual({ offset: 0, token: 'start' });
    tracker.add(0, 'a');
    tracker.add(4, 'b');
    tracker.reachedTo({ offset: 9, token: 'end' });
    expect(tracker.frontier()).toEqual({ offset: 0, token: 'start' });
    tracker.complete(0);
    expect(tracker.frontier()).toEqual({ offset: 4, token: 'a' });
    tracker.complete(4);
    expect(tracker.frontier()).toEqual({ offset: 9, token: 'end' });
  });
});
