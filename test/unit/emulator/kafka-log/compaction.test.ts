import { describe, expect, it } from 'vitest';
import { Partition } from '../../../../src/emulator/kafka-log/partition.ts';
import {
  BatchReader,
  type Compression,
  decodeRecords,
  type KafkaRecord,
  RecordBatchBuilder,
} from '../../../../src/protocol/index.ts';

const plenty = { maxBytes: 2 ** 30, maxAgeMs: Number.POSITIVE_INFINITY };
const rules = { maxBatchBytes: 1_000_000, keysRequired: true, appendTime: false };
const DAY_MS = 86_400_000;

type Pair = readonly [key: string, value: string | null];

interface Writing {
  readonly compression?: Compression;
  readonly producerId?: number;
  readonly baseSequence?: number;
  readonly transactional?: boolean;
}

function write(partition: Partition, pairs: readonly Pair[], writing: Writing = {}): object {
  const builder = new RecordBatchBuilder();
  for (const [at, [key, value]] of pairs.entries())
    builder.append(
      Buffer.from(key),
      value === null ? null : Buffer.from(value),
      [{ name: 'h', value: Buffer.from(key) }],
      1_000 + at,
    );
  const bytes = builder.build({
    producerEpoch: writing.producerId === undefined ? -1 : 0,
    ...writing,
  });
  return partition.append(bytes, rules, 1, () => true);
}

/** `offset key=value`, as a fetch from the offset gives them. */
function seen(partition: Partition, startOffset = 0): string[] {
  const records: KafkaRecord[] = [];
  const bytes = partition.log.read(startOffset, 1e9, true) ?? Buffer.alloc(0);
  decodeRecords(bytes, { topic: 't', partition: 0, startOffset }, records);
  return records.map(({ offset, key, value }) => `${offset} ${key}=${value}`);
}

/** First offset, last offset and records of each batch. */
function shapes(partition: Partition): number[][] {
  const reader = new BatchReader(partition.log.read(0, 1e9, true) ?? Buffer.alloc(0));
  const found: number[][] = [];
  for (let batch = reader.next(); batch !== undefined; batch = reader.next())
    found.push([batch.baseOffset, batch.lastOffset, batch.count]);
  return found;
}

describe('compaction', () => {
  it.for(['none', 'gzip', 'zstd', 'snappy', 'lz4'] as const)(
    'leaves the last record of each key, where it was, in batches with %s',
    (compression) => {
      const partition = new Partition(plenty);
      write(
        partition,
        [
          ['a', '1'],
          ['b', '1'],
          ['c', '1'],
        ],
        { compression },
      );
      write(
        partition,
        [
          ['a', '2'],
          ['a', '3'],
        ],
        { compression },
      );
      write(
        partition,
        [
          ['b', '2'],
          ['d', '1'],
        ],
        { compression },
      );
      expect(partition.compact(5, DAY_MS)).toBe(3);
      expect(seen(partition)).toEqual(['2 c=1', '4 a=3', '5 b=2', '6 d=1']);
      expect(shapes(partition)).toEqual([
        [0, 2, 1],
        [3, 4, 1],
        [5, 6, 2],
      ]);
      expect(partition.log.endOffset).toBe(7);
      expect(partition.log.startOffset).toBe(0);
    },
  );

  it('takes whole batches, so that readers find the next one behind a gap', () => {
    const partition = new Partition(plenty);
    write(partition, [
      ['a', '1'],
      ['b', '1'],
    ]);
    write(partition, [
      ['a', '2'],
      ['b', '2'],
    ]);
    write(partition, [['c', '1']]);
    write(partition, [
      ['a', '3'],
      ['b', '3'],
    ]);
    partition.compact(5, DAY_MS);
    expect(shapes(partition)).toEqual([
      [4, 4, 1],
      [5, 6, 2],
    ]);
    for (const offset of [0, 1, 2, 3, 4]) expect(seen(partition, offset)[0]).toBe('4 c=1');
    expect(seen(partition, 6)).toEqual(['6 b=3']);
    write(partition, [['a', '4']]);
    expect(seen(partition, 7)).toEqual(['7 a=4']);
  });

  it('drops a deletion only when it was kept for its time', () => {
    const partition = new Partition(plenty);
    write(partition, [
      ['a', '1'],
      ['b', '1'],
    ]);
    write(partition, [['a', null]]);
    write(partition, [['c', '1']]);
    partition.compact(1_000, 500);
    expect(seen(partition)).toEqual(['1 b=1', '2 a=null', '3 c=1']);
    partition.compact(1_499, 500);
    expect(seen(partition)).toContain('2 a=null');
    expect(partition.compact(1_500, 500)).toBe(1);
    expect(seen(partition)).toEqual(['1 b=1', '3 c=1']);
  });

  it('leaves a batch without records where it says how far a producer or the log is', () => {
    const partition = new Partition(plenty);
    write(partition, [['a', '1']], { producerId: 7, baseSequence: 0 });
    write(partition, [['a', '2']], { producerId: 7, baseSequence: 1 });
    write(partition, [['a', '3']]);
    write(partition, [['a', null]]);
    partition.compact(0, 0);
    partition.compact(1, 0);
    expect(shapes(partition)).toEqual([
      [1, 1, 0],
      [3, 3, 0],
    ]);
    expect(seen(partition)).toEqual([]);
    expect(write(partition, [['b', '1']], { producerId: 7, baseSequence: 2 })).toMatchObject({
      baseOffset: 4,
    });
  });

  it('takes what was aborted, and leaves what is open alone', () => {
    const partition = new Partition(plenty);
    write(partition, [['a', 'kept']]);
    const stamp = { transactional: true, baseSequence: 0 };
    write(partition, [['a', 'aborted']], { ...stamp, producerId: 1 });
    partition.endTransaction({ producerId: 1, producerEpoch: 0, committed: false, timestampMs: 1 });
    write(partition, [
      ['x', '1'],
      ['x', '2'],
    ]);
    write(partition, [['a', 'open']], { ...stamp, producerId: 2 });
    write(partition, [
      ['x', '3'],
      ['x', '4'],
    ]);
    partition.compact(1, DAY_MS);
    const records = seen(partition).filter((text) => !text.includes('\0'));
    expect(records).toEqual(['0 a=kept', '4 x=2', '5 a=open', '6 x=3', '7 x=4']);
  });

  it('takes nothing when each key is there once', () => {
    const partition = new Partition(plenty);
    write(partition, [
      ['a', '1'],
      ['b', '1'],
    ]);
    const before = partition.log.read(0, 1e9, true);
    expect(partition.compact(1, DAY_MS)).toBe(0);
    expect(partition.log.read(0, 1e9, true)?.equals(before ?? Buffer.alloc(0))).toBe(true);
  });
});
