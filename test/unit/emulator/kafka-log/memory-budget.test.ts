import { describe, expect, it } from 'vitest';
import { BatchLog } from '../../../../src/emulator/kafka-log/batch-log.ts';
import { MemoryBudget } from '../../../../src/emulator/kafka-log/memory-budget.ts';
import { RecordBatchBuilder } from '../../../../src/protocol/index.ts';

const limits = { maxBytes: 2 ** 30, maxAgeMs: Number.POSITIVE_INFINITY };

function batch(size: number): Buffer {
  const builder = new RecordBatchBuilder();
  builder.append(null, Buffer.alloc(size), [], 1);
  return builder.build();
}

const fill = (log: BatchLog, count: number, nowMs: number) => {
  for (let at = 0; at < count; at++)
    log.append({ bytes: batch(1_000), records: 1, maxTimestampMs: 1 }, nowMs);
};

describe('the memory all partitions share', () => {
  it('is kept to by dropping the oldest segment of all, and what went is counted', () => {
    const budget = new MemoryBudget(400_000);
    const reported: BatchLog[] = [];
    const parts = { budget, dropped: (log: BatchLog) => reported.push(log) };
    const [old, young] = [new BatchLog(limits, parts), new BatchLog(limits, parts)];
    fill(old, 200, 1);
    fill(young, 200, 2);
    expect(budget.usedBytes).toBeLessThanOrEqual(400_000);
    expect(old.startOffset).toBeGreaterThan(0);
    expect(young.startOffset).toBe(0);
    expect(old.dropped).toMatchObject({ byMemory: old.startOffset, byBytes: 0, byAge: 0 });
    expect(new Set(reported)).toEqual(new Set([old]));
    fill(young, 500, 3);
    expect(budget.usedBytes).toBeLessThanOrEqual(400_000);
    expect(young.endOffset).toBe(700);
    expect(young.endOffset - young.startOffset).toBeGreaterThan(100);
    // A limit is a limit: also what is the newest of its partition goes when it is the oldest of all.
    expect([old.startOffset, old.endOffset, old.retainedBytes]).toEqual([200, 200, 0]);
    fill(old, 1, 4);
    expect(old.read(200, 10_000, true)?.length).toBeGreaterThan(1_000);
  });

  it('is given back by partitions that are deleted, compacted or cut', () => {
    const budget = new MemoryBudget(2 ** 30);
    const [deleted, cut] = [new BatchLog(limits, { budget }), new BatchLog(limits, { budget })];
    fill(deleted, 100, 1);
    fill(cut, 100, 1);
    deleted.close();
    const left = budget.usedBytes;
    cut.rewrite([]);
    expect(left).toBeGreaterThan(0);
    expect(budget.usedBytes).toBe(0);
    fill(cut, 10, 1);
    cut.deleteBefore(cut.endOffset);
    expect(budget.usedBytes).toBe(0);
  });
});
