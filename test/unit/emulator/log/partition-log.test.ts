import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartitionLog } from '../../../../src/emulator/log/partition-log.ts';

const unlimited = { maxBytes: Infinity, maxAgeMs: Infinity };
const filled = (sizes: readonly number[], limits = unlimited) => {
  const log = new PartitionLog(limits);
  for (const [i, size] of sizes.entries()) log.append(Buffer.alloc(size, i % 256), i * 10, 0);
  return log;
};

describe('a partition log', () => {
  it('gives back what was appended, with consecutive sequence numbers and growing offsets', () => {
    const sizes = fc.array(fc.nat(200_000), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, (list) => {
        const log = filled(list);
        let offset = 0;
        for (const [i, size] of list.entries()) {
          const event = log.read(i);
          expect(event).toMatchObject({ sequenceNumber: i, offset, enqueuedAtMs: i * 10 });
          expect(event?.bytes.equals(Buffer.alloc(size, i % 256))).toBe(true);
          offset += size;
        }
        expect([log.nextSequenceNumber, log.nextOffset]).toEqual([list.length, offset]);
        expect([log.read(-1), log.read(list.length)]).toEqual([undefined, undefined]);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the newest events that fit, and always the very newest', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 500_000 }), (list, maxBytes) => {
        const log = filled(list, { ...unlimited, maxBytes });
        let [kept, from] = [0, list.length];
        while (from > 0 && (from === list.length || kept + (list[from - 1] ?? 0) <= maxBytes)) {
          from--;
          kept += list[from] ?? 0;
        }
        expect(log.beginningSequenceNumber).toBe(from);
        expect(log.retainedBytes).toBe(kept);
        expect(log.dropped.byBytes).toBe(from);
        expect(log.read(from)?.bytes.length).toBe(list[from]);
        expect(log.read(from - 1)).toBeUndefined();
      }),
    );
  });

  it('drops what is too old when asked to, and nothing younger', () => {
    const log = filled([1, 1, 1, 1], { ...unlimited, maxAgeMs: 15 });
    log.expire(30);
    expect(log.beginningSequenceNumber).toBe(2);
    expect(log.dropped).toEqual({ byBytes: 0, byAge: 2, bytes: 2 });
  });

  it('never lets time go back, whatever the clock does', () => {
    const log = new PartitionLog(unlimited);
    for (const nowMs of [50, 40, 60]) log.append(Buffer.alloc(1), nowMs, 0);
    expect([0, 1, 2].map((i) => log.read(i)?.enqueuedAtMs)).toEqual([50, 50, 60]);
  });

  it('finds the first event that fulfils a condition, or the end', () => {
    const log = filled([10, 10, 10]);
    expect(log.find(({ offset }) => offset >= 10)).toBe(1);
    expect(log.find(({ enqueuedAtMs }) => enqueuedAtMs > 10)).toBe(2);
    expect(log.find(() => false)).toBe(3);
    expect(log.find(() => true)).toBe(0);
  });

  it('hands out bytes that stay as they are when the event is dropped', () => {
    const log = filled([3], { ...unlimited, maxBytes: 3 });
    const held = log.read(0)?.bytes;
    for (let i = 0; i < 1000; i++) log.append(Buffer.alloc(1000, 9), 0, 0);
    expect(held).toEqual(Buffer.alloc(3, 0));
  });
});
