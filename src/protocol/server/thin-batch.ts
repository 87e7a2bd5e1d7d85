import { Buffer } from 'node:buffer';
import { crc32c } from '@node-rs/crc32';
import * as layout from '../records/batch-layout.ts';
import { compress, compressionName, decompress } from '../records/compression.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import { RecordBatch } from '../records/record-batch.ts';
import { VarintCursor } from '../records/varint.ts';

const TWO_32 = 0x1_0000_0000;
const NO_TIMESTAMP = -1;
const NOTHING = Buffer.alloc(0);

/** What compaction has left of a batch. */
export interface ThinnedBatch {
  readonly bytes: Buffer;
  /** Places in the batch, as it was, of the records that are left. */
  readonly kept: readonly number[];
  readonly maxTimestampMs: number;
}

/**
 * The batch without the records that are not to be kept. It covers the same offsets as before, and the records that are left have
 * theirs; also without any it says how far its producer is (`MemoryRecords.filterTo`). Undefined when all are kept.
 *
 * @throws ProtocolError when the bytes are no records.
 */
export function thinBatch(
  bytes: Buffer,
  keep: (record: KafkaRecord) => boolean,
): ThinnedBatch | undefined {
  const batch = new RecordBatch(bytes);
  const records: KafkaRecord[] = [];
  batch.decodeInto(records, { topic: '', partition: -1 });
  const kept = [...records.keys()].filter((at) => keep(records[at] as KafkaRecord));
  if (kept.length === records.length) return undefined;
  const timestamps = kept.map((at) => records[at]?.timestampMs ?? NO_TIMESTAMP);
  const maxTimestampMs =
    kept.length > 0 && batch.timestampType === 'append'
      ? batch.maxTimestampMs
      : timestamps.reduce((largest, each) => Math.max(largest, each), NO_TIMESTAMP);
  return { bytes: withRecords(bytes, kept, maxTimestampMs), kept, maxTimestampMs };
}

function withRecords(bytes: Buffer, kept: readonly number[], maxTimestampMs: number): Buffer {
  const attributes = bytes.readInt16BE(layout.ATTRIBUTES_AT);
  const codec = attributes & layout.COMPRESSION_MASK;
  const isEmpty = kept.length === 0;
  const records = isEmpty
    ? NOTHING
    : compress(keptRecords(bytes, codec, kept), compressionName(codec));
  const thinned = Buffer.concat([bytes.subarray(0, layout.RECORDS_AT), records]);
  // Nothing is left that could be compressed.
  if (isEmpty) thinned.writeInt16BE(attributes & ~layout.COMPRESSION_MASK, layout.ATTRIBUTES_AT);
  thinned.writeInt32BE(thinned.length - layout.PREFIX_BYTES, layout.LENGTH_AT);
  thinned.writeInt32BE(Math.floor(maxTimestampMs / TWO_32), layout.MAX_TIMESTAMP_AT);
  thinned.writeInt32BE(maxTimestampMs | 0, layout.MAX_TIMESTAMP_AT + 4);
  thinned.writeInt32BE(kept.length, layout.COUNT_AT);
  thinned.writeUInt32BE(crc32c(thinned.subarray(layout.ATTRIBUTES_AT)), layout.CRC_AT);
  return thinned;
}

/** Records as they are: their deltas count from the batch's first offset and time, which stay. */
function keptRecords(bytes: Buffer, codec: number, kept: readonly number[]): Buffer {
  const all = decompress(bytes.subarray(layout.RECORDS_AT), codec);
  const cursor = new VarintCursor(all, 0);
  const wanted = new Set(kept);
  const parts: Buffer[] = [];
  for (let at = 0; cursor.at < all.length; at++) {
    const start = cursor.at;
    const length = cursor.varint();
    cursor.at += length;
    if (wanted.has(at)) parts.push(all.subarray(start, cursor.at));
  }
  return Buffer.concat(parts);
}
