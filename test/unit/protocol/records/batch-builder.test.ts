import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConsumerRecord } from '../../../../src/core/index.ts';
import {
  BatchReader,
  type Compression,
  decodeRecords,
  type KafkaRecord,
  ProtocolError,
  RecordBatchBuilder,
  type RecordHeader,
} from '../../../../src/protocol/index.ts';
import { goldenLines } from '../golden/lines.ts';

const START_MS = 1_700_000_000_000;
const codecs: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

function read(bytes: Buffer): KafkaRecord[] {
  const records: KafkaRecord[] = [];
  decodeRecords(bytes, { topic: 't', partition: 0, startOffset: 0 }, records);
  return records;
}

interface Given {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  readonly timestampMs: number;
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const given: fc.Arbitrary<Given> = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(fc.record({ name: fc.string({ unit: 'binary' }), value: fc.option(bytes) }), {
    maxLength: 4,
  }),
  timestampMs: fc.oneof(fc.integer({ min: -1 }), fc.constant(START_MS), fc.nat(2 ** 50)),
});

describe('the batch builder', () => {
  it('writes the bytes Java writes', () => {
    const java = new Map(goldenLines('batches.base64').map(([name = '', data]) => [name, data]));
    const builder = new RecordBatchBuilder();
    builder.append(Buffer.from('k'), Buffer.from('v'), [], START_MS);
    builder.append(null, Buffer.from('w'), [], START_MS + 5);
    const options = { producerId: 4_242, producerEpoch: 3, baseSequence: 17, transactional: true };
    expect(builder.build(options).toString('base64')).toBe(java.get('transactional'));
  });

  it.each(codecs)(
    'with codec %s gives back what was appended, and knows its size',
    (compression) => {
      fc.assert(
        fc.property(fc.array(given, { minLength: 1, maxLength: 30 }), (all) => {
          const builder = new RecordBatchBuilder(61);
          for (const { key, value, headers, timestampMs } of all) {
            const before = builder.sizeBytes;
            const size = builder.sizeOf(key, value, headers, timestampMs);
            builder.append(key, value, headers, timestampMs);
            expect(builder.sizeBytes - before).toBe(size);
          }
          const batch = builder.build({ compression });
          if (compression === 'none') expect(batch.length).toBe(builder.sizeBytes);
          expect(builder.count).toBe(all.length);
          const back = read(batch).map(({ key, value, headers, timestampMs }) => ({
            key,
            value,
            headers,
            timestampMs,
          }));
          expect(back).toEqual(all);
          const maxTimestampMs = Math.max(...all.map(({ timestampMs }) => timestampMs));
          expect(new BatchReader(batch).next()).toMatchObject({ maxTimestampMs, baseOffset: 0 });
        }),
        { numRuns: 60 },
      );
    },
  );

  it('can be built again with a new sequence', () => {
    const builder = new RecordBatchBuilder();
    builder.append(null, Buffer.from('v'), [], START_MS);
    builder.build({ producerId: 1, producerEpoch: 0, baseSequence: 5, compression: 'zstd' });
    const again = builder.build({ producerId: 1, producerEpoch: 1, baseSequence: 0 });
    expect(new BatchReader(again).next()).toMatchObject({ producerEpoch: 1, baseSequence: 0 });
    expect(read(again)[0]?.value?.toString()).toBe('v');
  });

  it.each(codecs)('holds 130,000 tiny records (%s)', (compression) => {
    const builder = new RecordBatchBuilder();
    for (let i = 0; i < 130_000; i++)
      builder.append(null, Buffer.from([i & 0xff]), [], START_MS + i);
    const records = read(builder.build({ compression }));
    expect(records).toHaveLength(130_000);
    expect(records.at(-1)).toMatchObject({ offset: 129_999, timestampMs: START_MS + 129_999 });
    expect(records.at(-1)?.value).toEqual(Buffer.from([129_999 & 0xff]));
  });

  it.each([Number.NaN, 1.5, -2, 2 ** 53])('refuses %d as a timestamp', (timestampMs) => {
    const builder = new RecordBatchBuilder();
    expect(() => builder.append(null, null, [], timestampMs)).toThrow(ProtocolError);
    expect(builder.count).toBe(0);
  });

  it('refuses to build a batch without records', () => {
    expect(() => new RecordBatchBuilder().build()).toThrow(ProtocolError);
  });
});

describe('a record', () => {
  it('makes its parts once, as views on the batch', () => {
    const builder = new RecordBatchBuilder();
    const headers = [{ name: 'h', value: Buffer.from('x') }];
    builder.append(Buffer.from('key'), Buffer.from('value'), headers, START_MS);
    const batch = builder.build();
    const [record] = read(batch);
    expect(record?.value).toBe(record?.value);
    expect(record?.value?.buffer).toBe(batch.buffer);
    expect(record?.sizeBytes).toBe(batch.length - 61 - 2);
  });

  it('can be printed, and is what the core calls a record', () => {
    const builder = new RecordBatchBuilder();
    builder.append(null, Buffer.from('value'), [], START_MS);
    const records: readonly ConsumerRecord[] = read(builder.build());
    const [record] = records;
    const plain = {
      topic: 't',
      partition: 0,
      offset: 0,
      timestampMs: START_MS,
      key: null,
      value: Buffer.from('value'),
      headers: [],
    };
    expect(inspect(record)).toBe(inspect(plain));
    expect(JSON.parse(JSON.stringify(record))).toMatchObject({ topic: 't', offset: 0 });
  });

  it('keeps null and empty apart', () => {
    const builder = new RecordBatchBuilder();
    builder.append(null, Buffer.alloc(0), [], START_MS);
    builder.append(Buffer.alloc(0), null, [], START_MS);
    const parts = read(builder.build()).map(({ key, value }) => [key?.length, value?.length]);
    expect(parts).toEqual([
      [undefined, 0],
      [0, undefined],
    ]);
  });
});
