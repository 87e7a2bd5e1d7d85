import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareBuffer } from '../../../../src/core/engine/buffer-share.ts';
import { PartitionBuffer } from '../../../../src/core/engine/partition-buffer.ts';

const limits = { highRecords: 10, lowRecords: 4, highBytes: 1_000, lowBytes: 300 };

describe('a buffer', () => {
  it('is full from a high watermark down to both low ones', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 400 }), { maxLength: 80 }), (steps) => {
        const buffer = new PartitionBuffer(limits);
        const sizes: number[] = [];
        let full = false;
        for (const step of steps) {
          if (step >= 0) {
            sizes.push(step);
            buffer.add(step);
            buffer.measure(sizes.length);
          } else if (sizes.length > 0) buffer.remove(sizes.shift() as number);
          const bytes = sizes.reduce((sum, size) => sum + size, 0);
          if (step >= 0 && (sizes.length >= 10 || bytes >= 1_000)) full = true;
          const emptied = full && sizes.length <= 4 && bytes <= 300;
          expect(buffer.drained(sizes.length)).toBe(emptied);
          if (emptied) full = false;
          expect(buffer).toMatchObject({ full, records: sizes.length, bytes });
        }
      }),
    );
  });

  it('is full too when too much lies behind one unfinished record', () => {
    const buffer = new PartitionBuffer(limits);
    buffer.measure(100_000);
    expect(buffer.full).toBe(true);
    expect(buffer.drained(50_001)).toBe(false);
    expect(buffer.drained(50_000)).toBe(true);
  });
});

describe('memory', () => {
  it('is shared among the partitions, each having a megabyte at least', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000_000 }),
        fc.nat(10_000),
        (highBytes, count) => {
          const share = shareBuffer({ ...limits, highBytes, lowBytes: highBytes - 1 }, count);
          expect(share.highBytes).toBeLessThanOrEqual(highBytes);
          expect(share.highBytes).toBeGreaterThanOrEqual(Math.min(highBytes, 1_048_576));
          expect(share.lowBytes).toBeLessThan(share.highBytes);
          if (share.highBytes > 1_048_576)
            expect(share.highBytes * count).toBeLessThanOrEqual(64 * 1_048_576);
        },
      ),
    );
  });
});
