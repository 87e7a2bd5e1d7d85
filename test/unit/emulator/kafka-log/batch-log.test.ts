import { describe, expect, it } from 'vitest';
import type { BatchLog } from '../../../../src/emulator/kafka-log/batch-log.ts';
import { Partition } from '../../../../src/emulator/kafka-log/partition.ts';
import {
  decodeRecords,
  type KafkaRecord,
  RecordBatchBuilder,
} from '../../../../src/protocol/index.ts';

const plenty = { maxBytes: 2 ** 30, maxAgeMs: Number.POSITIVE_INFINITY };
const rules = { maxBatchBytes: 1_000_000, keysRequired: false, appendTime: false };

function batchOf(values: readonly string[], timestampMs = 1_000): Buffer {
  const builder = new RecordBatchBuilder();
  for (const [at, value] of values.entries())
    builder.append(null, Buffer.from(value), [], timestampMs + at);
  return builder.build();
}

function valuesAt(log: BatchLog, startOffset: number, maxBytes = 10_000_000): string[] {
  const bytes = log.read(startOffset, maxBytes, true);
  const records: KafkaRecord[] = [];
  decodeRecords(bytes ?? Buffer.alloc(0), { topic: 't', partition: 0, startOffset }, records);
  return records.map(({ value }) => String(value));
}

function filled(count: number, limits = plenty): BatchLog {
  const partition = new Partition(limits);
  for (let at = 0; at < count; at++)
    partition.append(batchOf([`${at}-a`, `${at}-b`], at * 10), rules, at);
  return partition.log;
}

describe('BatchLog', () => {
  it('gives back what was appended, from any offset, also across segments', () => {
    const log = filled(2_000);
    expect(log.endOffset).toBe(4_000);
    expect(valuesAt(log, 0)).toHaveLength(4_000);
    expect(valuesAt(log, 3_999)).toEqual(['1999-b']);
    expect(valuesAt(log, 1_235).slice(0, 2)).toEqual(['617-b', '618-a']);
    expect(valuesAt(log, 4_000)).toEqual([]);
  });

  it('keeps to the bytes asked for in whole batches, and gives one when none fits', () => {
    const log = filled(10);
    const size = log.read(0, 1, true)?.length ?? 0;
    expect(valuesAt(log, 0, size * 3 + 5)).toHaveLength(6);
    expect(valuesAt(log, 0, 1)).toEqual(['0-a', '0-b']);
    expect(log.read(0, 1, false)).toHaveLength(0);
  });

  it('says when an offset is outside', () => {
    const log = filled(3);
    log.deleteBefore(3);
    expect(log.startOffset).toBe(3);
    expect(log.read(2, 100, true)).toBeUndefined();
    expect(log.read(7, 100, true)).toBeUndefined();
    expect(valuesAt(log, 3)).toEqual(['1-b', '2-a', '2-b']);
  });

  it('drops the oldest when it is full', () => {
    const log = filled(2_000, { ...plenty, maxBytes: 64 * 1024 });
    expect(log.retainedBytes).toBeLessThanOrEqual(64 * 1024);
    expect(log.startOffset).toBeGreaterThan(0);
    expect(valuesAt(log, log.startOffset).at(-1)).toBe('1999-b');
    expect(valuesAt(log, log.startOffset)).toHaveLength(4_000 - log.startOffset);
  });

  it('drops what is too old, but never the newest segment', () => {
    const log = filled(2_000, { ...plenty, maxAgeMs: 100 });
    expect(log.startOffset).toBeGreaterThan(0);
    log.expire(1_000_000);
    expect(log.startOffset).toBeLessThan(log.endOffset);
  });

  it('starts where it ends when everything is deleted', () => {
    const log = filled(5);
    log.deleteBefore(10);
    expect([log.startOffset, log.endOffset, log.retainedBytes]).toEqual([10, 10, 0]);
    expect(valuesAt(log, 10)).toEqual([]);
  });
});

describe('Partition', () => {
  it('finds offsets by time, inside of batches too, and only where records are left', () => {
    const partition = new Partition(plenty);
    partition.append(batchOf(['a', 'b', 'c'], 100), rules, 0);
    partition.append(batchOf(['d', 'e'], 200), rules, 0);
    expect(partition.offsetAtOrAfter(101)).toMatchObject({ offset: 1, timestampMs: 101 });
    expect(partition.offsetAtOrAfter(103)).toMatchObject({ offset: 3, timestampMs: 200 });
    expect(partition.offsetAtOrAfter(202)).toBeUndefined();
    partition.log.deleteBefore(2);
    expect(partition.offsetAtOrAfter(0)).toMatchObject({ offset: 2 });
  });

  it('lets the time of the broker replace the one of the producer where the topic says so', () => {
    const partition = new Partition(plenty);
    const late = { ...rules, appendTime: true };
    const appended = partition.append(batchOf(['a', 'b'], 100), late, 5_000_000_000_123);
    expect(appended).toEqual({ baseOffset: 0, appendTimeMs: 5_000_000_000_123 });
    expect(partition.offsetAtOrAfter(200)).toMatchObject({
      offset: 0,
      timestampMs: 5_000_000_000_123,
    });
    expect(valuesAt(partition.log, 0)).toEqual(['a', 'b']);
  });

  it('refuses what is damaged, cut, doubled or too large, and appends nothing', () => {
    const good = batchOf(['a']);
    const damaged = Buffer.from(good);
    damaged.writeUInt8(damaged.readUInt8(good.length - 1) ^ 1, good.length - 1);
    const partition = new Partition(plenty);
    const codes = [damaged, good.subarray(0, 40), Buffer.concat([good, good]), Buffer.alloc(0)].map(
      (bytes) => partition.append(bytes, rules, 0),
    );
    expect(codes).toMatchObject([2, 87, 87, 87].map((errorCode) => ({ errorCode })));
    expect(partition.append(good, { ...rules, maxBatchBytes: 10 }, 0)).toMatchObject({
      errorCode: 10,
    });
    expect(partition.append(good, { ...rules, keysRequired: true }, 0)).toMatchObject({
      errorCode: 87,
      records: [0],
    });
    expect(partition.log.endOffset).toBe(0);
  });
});
