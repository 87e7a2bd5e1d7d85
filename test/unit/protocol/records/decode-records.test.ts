import { crc32c } from '@node-rs/crc32';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BatchReader,
  type Compression,
  decodeRecords,
  type KafkaRecord,
  ProtocolError,
  type RecordBatch,
  RecordBatchBuilder,
} from '../../../../src/protocol/index.ts';
import { goldenLines } from '../golden/lines.ts';

const START_MS = 1_700_000_000_000;
const DAY_MS = 86_400_000;
const codecs: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const java = new Map(
  goldenLines('batches.base64').map(([name = '', data = '']) => [
    name,
    Buffer.from(data, 'base64'),
  ]),
);

function javaBatch(name: string): Buffer {
  return Buffer.from(java.get(name) ?? Buffer.alloc(0));
}

function decode(bytes: Buffer, startOffset = 0): { records: KafkaRecord[]; nextOffset: number } {
  const records: KafkaRecord[] = [];
  const source = { topic: 't', partition: 3, startOffset };
  return { records, nextOffset: decodeRecords(bytes, source, records).nextOffset };
}

function only(bytes: Buffer): RecordBatch {
  const batch = new BatchReader(bytes).next();
  if (batch === undefined) throw new Error('no batch');
  return batch;
}

/** A batch of `count` records from `baseOffset`, value = offset. */
function batch(baseOffset: number, count: number, compression: Compression = 'none'): Buffer {
  const builder = new RecordBatchBuilder(64);
  for (let i = 0; i < count; i++)
    builder.append(null, Buffer.from(String(baseOffset + i)), [], START_MS + i);
  const bytes = Buffer.from(builder.build({ compression }));
  bytes.writeBigInt64BE(BigInt(baseOffset), 0);
  return bytes;
}

/** Makes the checksum right again, so that what it covers is looked at. */
function resealed(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

function errorOf(run: () => unknown): ProtocolError {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('did not throw');
}

describe('batches written by Java', () => {
  it.each(codecs)('with codec %s are read record by record', (codec) => {
    const { records, nextOffset } = decode(javaBatch(codec));
    expect(nextOffset).toBe(1_060);
    expect(records).toHaveLength(60);
    for (const [i, record] of records.entries()) {
      expect(record.topic).toBe('t');
      expect(record.partition).toBe(3);
      expect(record.offset).toBe(1_000 + i);
      expect(record.timestampMs).toBe(START_MS + (i % 2 === 0 ? i : -i * DAY_MS));
      expect(record.key?.toString()).toBe(i % 5 === 0 ? undefined : `key-${i}`);
      expect(record.value?.toString()).toBe(
        i % 7 === 0 ? undefined : `value-${i}-${'x'.repeat(i)}`,
      );
      const headers = record.headers.map(({ name, value }) => [name, value?.toString()]);
      const expected = [
        ['h', `v${i}`],
        ['h', undefined],
        ['größe', ''],
      ];
      expect(headers).toEqual(i % 3 === 0 ? expected : []);
    }
  });

  it('state leader epoch, producer and transaction', () => {
    expect(only(javaBatch('none'))).toMatchObject({
      partitionLeaderEpoch: 7,
      producerId: -1,
      count: 60,
    });
    expect(only(javaBatch('transactional'))).toMatchObject({
      producerId: 4_242,
      producerEpoch: 3,
      baseSequence: 17,
      isTransactional: true,
      isControl: false,
      timestampType: 'create',
      maxTimestampMs: START_MS + 5,
    });
  });

  it("take the broker's time where the topic says so", () => {
    const bytes = javaBatch('append-time');
    expect(only(bytes).timestampType).toBe('append');
    expect(decode(bytes).records.map(({ timestampMs }) => timestampMs)).toEqual([
      START_MS + 99,
      START_MS + 99,
    ]);
  });

  it('that end a transaction give no records, but move the position', () => {
    expect(only(javaBatch('abort')).controlType).toBe('abort');
    expect(only(javaBatch('commit')).controlType).toBe('commit');
    expect(only(javaBatch('transactional')).controlType).toBe('other');
    expect(decode(javaBatch('abort'))).toEqual({ records: [], nextOffset: 71 });
  });

  it('that compaction has emptied move the position', () => {
    expect(only(javaBatch('empty'))).toMatchObject({ count: 0, baseOffset: 100, lastOffset: 120 });
    expect(decode(javaBatch('empty'), 100)).toEqual({ records: [], nextOffset: 121 });
  });

  it.each([0, 1])('in the old format %i are refused by name', (magic) => {
    const error = errorOf(() => decode(javaBatch(`magic-${magic}`)));
    expect(error).toMatchObject({ code: 'UNSUPPORTED', baseOffset: 5 + magic });
    expect(error.message).toContain(`version ${magic}`);
  });
});

describe('decoding a fetched range', () => {
  const three = Buffer.concat([batch(10, 5), batch(15, 5, 'lz4'), batch(40, 5)]);

  it('appends to what the caller has', () => {
    const records: KafkaRecord[] = [];
    const source = { topic: 't', partition: 0, startOffset: 0 };
    decodeRecords(batch(0, 2), source, records);
    expect(decodeRecords(three, source, records)).toEqual({
      nextOffset: 45,
      leaderEpoch: -1,
      truncated: false,
    });
    expect(records.map(({ offset }) => offset).slice(0, 4)).toEqual([0, 1, 10, 11]);
    expect(records.every(({ offset, value }) => value?.toString() === String(offset))).toBe(true);
  });

  it('leaves out records below the offset asked for', () => {
    expect(decode(three, 12).records[0]?.offset).toBe(12);
    expect(decode(three, 15).records[0]?.offset).toBe(15);
    expect(decode(three, 30).records.map(({ offset }) => offset)).toEqual([40, 41, 42, 43, 44]);
    expect(decode(three, 45)).toEqual({ records: [], nextOffset: 45 });
  });

  it('stops before a cut batch, at whatever byte', () => {
    const first = batch(10, 5).length;
    const second = first + batch(15, 5, 'lz4').length;
    for (let length = 0; length <= three.length; length++) {
      const records: KafkaRecord[] = [];
      const source = { topic: 't', partition: 0, startOffset: 10 };
      const range = decodeRecords(three.subarray(0, length), source, records);
      const whole = length < first ? 0 : length < second ? 1 : length < three.length ? 2 : 3;
      expect(range.nextOffset).toBe([10, 15, 20, 45][whole]);
      expect(range.truncated).toBe(![0, first, second, three.length].includes(length));
      expect(records).toHaveLength(whole * 5);
    }
  });

  it('reports damage at any byte behind the length, with the offset of the batch', () => {
    const good = batch(10, 5);
    for (let at = 16; at < good.length; at++) {
      const damaged = Buffer.from(good);
      damaged[at] = (damaged[at] as number) ^ 0x55;
      const error = errorOf(() => decode(damaged));
      expect(error.baseOffset, `byte ${at}`).toBe(10);
      expect(error.code, `byte ${at}`).toBe(at === 16 ? 'UNSUPPORTED' : 'CORRUPT');
    }
  });

  it('gives the records in front of a damaged batch first, then the error', () => {
    const damaged = Buffer.concat([batch(10, 5), batch(15, 5)]);
    damaged[damaged.length - 1] = 0x7f;
    const first = decode(damaged, 10);
    expect(first.records).toHaveLength(5);
    expect(first.nextOffset).toBe(15);
    expect(errorOf(() => decode(damaged.subarray(batch(10, 5).length), 15)).baseOffset).toBe(15);
  });

  it('appends nothing of a batch that turns out damaged half way', () => {
    const bytes = batch(10, 5);
    bytes[bytes.length - 1] = 0x02; // announces a header that is not there
    const records: KafkaRecord[] = [];
    const source = { topic: 't', partition: 0, startOffset: 0 };
    const error = errorOf(() => decodeRecords(resealed(bytes), source, records));
    expect(error).toMatchObject({ code: 'CORRUPT', baseOffset: 10 });
    expect(records).toEqual([]);
  });

  it('refuses counts, offsets and codecs that cannot be', () => {
    const changes: [string, (bytes: Buffer) => unknown, string][] = [
      ['more records than bytes', (bytes) => bytes.writeInt32BE(6, 57), 'CORRUPT'],
      ['fewer records than bytes', (bytes) => bytes.writeInt32BE(4, 57), 'CORRUPT'],
      ['a negative count', (bytes) => bytes.writeInt32BE(-1, 57), 'CORRUPT'],
      ['an end before the begin', (bytes) => bytes.writeInt32BE(-1, 23), 'CORRUPT'],
      ['a negative base offset', (bytes) => bytes.writeBigInt64BE(-1n, 0), 'CORRUPT'],
      ['an unsafe base offset', (bytes) => bytes.writeBigInt64BE(2n ** 60n, 0), 'CORRUPT'],
      ['a length below the header', (bytes) => bytes.writeInt32BE(48, 8), 'CORRUPT'],
      ['an unknown codec', (bytes) => bytes.writeInt16BE(5, 21), 'UNSUPPORTED'],
      ['gzip that is none', (bytes) => bytes.writeInt16BE(1, 21), 'CORRUPT'],
      ['snappy that is none', (bytes) => bytes.writeInt16BE(2, 21), 'CORRUPT'],
      ['lz4 that is none', (bytes) => bytes.writeInt16BE(3, 21), 'CORRUPT'],
      ['zstd that is none', (bytes) => bytes.writeInt16BE(4, 21), 'CORRUPT'],
    ];
    for (const [name, change, code] of changes) {
      const bytes = batch(10, 5);
      change(bytes);
      expect(errorOf(() => decode(resealed(bytes))).code, name).toBe(code);
    }
  });
});

describe('random bytes', () => {
  function survives(bytes: Buffer): void {
    try {
      for (const record of decode(bytes).records)
        expect([record.key, record.value, record.headers, record.timestampMs]).toHaveLength(4);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError);
    }
  }

  it('never cause anything but a protocol error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => survives(Buffer.from(bytes))),
    );
  });

  it.each(codecs)(
    'behind a right checksum (%s) neither, and no getter of a record throws',
    (codec) => {
      const good = javaBatch(codec);
      const change = fc.tuple(fc.nat(), fc.nat(255));
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of changes) bytes[21 + (at % (bytes.length - 21))] = value;
          survives(resealed(bytes));
        }),
        { numRuns: 1_500 },
      );
    },
  );
});
