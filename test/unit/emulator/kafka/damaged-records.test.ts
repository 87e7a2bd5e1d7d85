import { describe, expect, it } from 'vitest';
import { canDamage, damagedRecords } from '../../../../src/emulator/kafka/damaged-records.ts';
import {
  BatchReader,
  decodeRecords,
  type KafkaRecord,
  RecordBatchBuilder,
  stampBatch,
} from '../../../../src/protocol/index.ts';

function batch(offset: number): Buffer {
  const builder = new RecordBatchBuilder();
  builder.append(null, Buffer.from(`v${offset}`), [], 1_000);
  const bytes = builder.build();
  stampBatch(bytes, offset, 3);
  return bytes;
}

const two = (): Buffer => Buffer.concat([batch(7), batch(8)]);

function values(bytes: Buffer): readonly string[] {
  const records: KafkaRecord[] = [];
  decodeRecords(bytes, { topic: 't', partition: 0, startOffset: 0 }, records);
  return records.map(({ value }) => String(value));
}

describe('damaged records', () => {
  it('end inside their last batch when they are cut', () => {
    const cut = damagedRecords(two(), 'cut');
    expect(cut.length).toBeGreaterThan(batch(7).length);
    expect(cut.length).toBeLessThan(two().length);
    expect(values(cut)).toEqual(['v7']);
    expect(values(damagedRecords(batch(7), 'cut'))).toEqual([]);
  });

  it('have a wrong checksum in their last batch when they are corrupt, and the log has not', () => {
    const records = two();
    const corrupt = damagedRecords(records, 'corrupt');
    expect(() => new BatchReader(corrupt.subarray(batch(7).length)).next()).toThrow(/checksum/i);
    expect(values(corrupt.subarray(0, batch(7).length))).toEqual(['v7']);
    expect(records).toEqual(two());
  });

  it('are none at all', () => {
    expect(damagedRecords(two(), 'none')).toHaveLength(0);
  });

  it('follow a batch that holds nothing, where there is an offset for it', () => {
    const records = damagedRecords(two(), 'empty-batch');
    expect(new BatchReader(records).next()).toMatchObject({
      baseOffset: 6,
      lastOffset: 6,
      count: 0,
      partitionLeaderEpoch: 3,
    });
    expect(values(records)).toEqual(['v7', 'v8']);
    expect(canDamage(batch(0), 'empty-batch')).toBe(false);
    expect(canDamage(batch(0), 'corrupt')).toBe(true);
  });
});
