import { describe, expect, it } from 'vitest';
import {
  type AbortedTransaction,
  decodeRecords,
  type KafkaRecord,
  RecordBatchBuilder,
} from '../../../../src/protocol/index.ts';
import { goldenLines } from '../golden/lines.ts';

const START_MS = 1_700_000_000_000;
const markers = new Map(
  goldenLines('batches.base64').map(([name, data = '']) => [name, Buffer.from(data, 'base64')]),
);

interface Part {
  readonly offset: number;
  readonly producer: number;
  readonly kind: 'data' | 'plain' | 'abort' | 'commit';
}

/** Java's marker, moved to another offset and producer; its checksum covers the producer. */
function marker({ offset, producer, kind }: Part): Buffer {
  const bytes = Buffer.from(markers.get(kind) ?? Buffer.alloc(0));
  bytes.writeBigInt64BE(BigInt(offset), 0);
  if (producer !== 4_242) throw new Error('markers are of producer 4242');
  return bytes;
}

function data({ offset, producer, kind }: Part): Buffer {
  const builder = new RecordBatchBuilder();
  builder.append(null, Buffer.from('a'), [], START_MS);
  builder.append(null, Buffer.from('b'), [], START_MS);
  const sequence = { producerId: producer, producerEpoch: 0, baseSequence: 0 };
  const bytes = Buffer.from(builder.build({ ...sequence, transactional: kind === 'data' }));
  bytes.writeBigInt64BE(BigInt(offset), 0);
  return bytes;
}

function offsets(parts: readonly Part[], aborted?: readonly AbortedTransaction[]): number[] {
  const bytes = parts.map((part) =>
    part.kind === 'data' || part.kind === 'plain' ? data(part) : marker(part),
  );
  const records: KafkaRecord[] = [];
  const source = { topic: 't', partition: 0, startOffset: 0 };
  const range = decodeRecords(
    Buffer.concat(bytes),
    aborted === undefined ? source : { ...source, abortedTransactions: aborted },
    records,
  );
  const last = parts.at(-1);
  const covered = last?.kind === 'data' || last?.kind === 'plain' ? 2 : 1;
  expect(range.nextOffset).toBe((last?.offset ?? 0) + covered);
  return records.map(({ offset }) => offset);
}

const A = 4_242;
const B = 9;
const log: readonly Part[] = [
  { offset: 0, producer: A, kind: 'data' },
  { offset: 2, producer: B, kind: 'data' },
  { offset: 4, producer: A, kind: 'data' },
  { offset: 6, producer: A, kind: 'abort' },
  { offset: 7, producer: A, kind: 'data' },
  { offset: 9, producer: A, kind: 'commit' },
];

describe('read committed', () => {
  it('leaves out aborted records, up to the marker of their transaction', () => {
    const aborted = [{ producerId: A, firstOffset: 0 }];
    expect(offsets(log, aborted)).toEqual([2, 3, 7, 8]);
  });

  it('leaves out only what began at or after the first aborted offset', () => {
    expect(offsets(log, [{ producerId: A, firstOffset: 4 }])).toEqual([0, 1, 2, 3, 7, 8]);
  });

  it('does not depend on the order of the list', () => {
    const aborted = [
      { producerId: A, firstOffset: 7 },
      { producerId: B, firstOffset: 2 },
      { producerId: A, firstOffset: 0 },
    ];
    expect(offsets(log, aborted)).toEqual([]);
  });

  it('keeps records of the same producer outside transactions, and of producers without id', () => {
    const parts: readonly Part[] = [
      { offset: 0, producer: A, kind: 'plain' },
      { offset: 2, producer: -1, kind: 'plain' },
    ];
    expect(offsets(parts, [{ producerId: A, firstOffset: 0 }])).toEqual([0, 1, 2, 3]);
  });

  it('ends with nothing when the transaction goes on behind the response', () => {
    const aborted = [{ producerId: A, firstOffset: 0 }];
    expect(offsets(log.slice(0, 1), aborted)).toEqual([]);
  });
});

describe('read uncommitted', () => {
  it('gives all records and no markers', () => {
    expect(offsets(log)).toEqual([0, 1, 2, 3, 4, 5, 7, 8]);
  });
});
