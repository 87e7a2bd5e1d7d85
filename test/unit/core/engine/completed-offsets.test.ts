import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompletedBefore } from '../../../../src/core/engine/completed-before.ts';
import { decodeCompleted, encodeCompleted } from '../../../../src/core/engine/completed-offsets.ts';

/** Ascending, disjoint `[from, to)` pairs after `base`, which is unfinished itself. */
const finished = fc
  .tuple(
    fc.nat(Number.MAX_SAFE_INTEGER - 1e9),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 3_000 }))),
  )
  .map(([base, stretches]) => {
    const runs: number[] = [];
    let at = base;
    for (const [open, done] of stretches) {
      runs.push(at + open, at + open + done);
      at += open + done;
    }
    return { base, runs };
  });

const contains = (runs: readonly number[], from: number, to: number) =>
  runs.some((start, i) => i % 2 === 0 && from >= start && to <= (runs[i + 1] as number));

describe('finished offsets as text', () => {
  it('come back as they were when there is room', () => {
    fc.assert(
      fc.property(finished, ({ base, runs }) => {
        expect(decodeCompleted(base, encodeCompleted(base, runs, 100_000))).toEqual(runs);
      }),
    );
  });

  it('never claim an unfinished offset and never take more room than there is', () => {
    fc.assert(
      fc.property(finished, fc.integer({ min: -1, max: 200 }), ({ base, runs }, maxBytes) => {
        const text = encodeCompleted(base, runs, maxBytes);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(Math.max(0, maxBytes));
        const decoded = decodeCompleted(base, text);
        for (let i = 0; i < decoded.length; i += 2)
          expect(contains(runs, decoded[i] as number, decoded[i + 1] as number)).toBe(true);
      }),
    );
  });

  it('keep the first stretches when room is short', () => {
    const runs = Array.from({ length: 1_000 }, (_, i) => i * 100 + 50 + (i % 2));
    const decoded = decodeCompleted(0, encodeCompleted(0, runs, 100));
    expect(decoded.length).toBeGreaterThan(20);
    expect(runs.slice(0, decoded.length)).toEqual(decoded);
  });

  it('take the shorter form: one bit each when they alternate, lengths when they are long', () => {
    const alternating = Array.from({ length: 400 }, (_, i) => i + 1);
    expect(encodeCompleted(0, alternating, 4_096)).toMatch(/^partita1b/);
    expect(encodeCompleted(0, [1, 1_000_000], 4_096)).toMatch(/^partita1r/);
  });

  it('are nothing when nothing is finished or nothing was written by us', () => {
    expect(encodeCompleted(5, [], 4_096)).toBe('');
    for (const text of ['', 'some metadata', 'partita1', 'partita1x999', 'partita2rAQE'])
      expect(decodeCompleted(5, text)).toEqual([]);
  });

  it('are read without complaint whatever they are', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('r', 'b', ''), (text, form) => {
        const runs = decodeCompleted(10, `partita1${form}${text}`);
        for (let i = 1; i < runs.length; i++)
          expect(runs[i]).toBeGreaterThanOrEqual(runs[i - 1] as number);
      }),
    );
  });
});

describe('offsets finished before', () => {
  it('are recognised in ascending order, and the rest is known', () => {
    fc.assert(
      fc.property(finished, fc.array(fc.nat(10_000)), ({ base, runs }, steps) => {
        const before = new CompletedBefore(runs);
        let offset = base;
        for (const by of steps) {
          offset += by;
          expect(before.has(offset)).toBe(contains(runs, offset, offset + 1));
          const rest = before.from(offset + 1);
          for (let i = 0; i < rest.length; i += 2) {
            expect(rest[i]).toBeGreaterThan(offset);
            expect(contains(runs, rest[i] as number, rest[i + 1] as number)).toBe(true);
          }
        }
        expect(before.has(Number.MAX_SAFE_INTEGER)).toBe(false);
        expect(before.over).toBe(true);
      }),
    );
  });
});
