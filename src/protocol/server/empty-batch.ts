import { Buffer } from 'node:buffer';
import { crc32c } from '@node-rs/crc32';
import * as layout from '../records/batch-layout.ts';
import { stampBatch } from './stamp-batch.ts';

/**
 * A batch that covers one offset and holds no record, as compaction leaves it behind where a producer's last sequence has to be
 * remembered (`DefaultRecordBatch.writeEmptyHeader`).
 */
export function emptyBatch(offset: number, leaderEpoch: number): Buffer {
  const bytes = Buffer.alloc(layout.RECORDS_AT);
  bytes.writeInt32BE(bytes.length - layout.PREFIX_BYTES, layout.LENGTH_AT);
  bytes[layout.MAGIC_AT] = layout.MAGIC_V2;
  bytes.writeBigInt64BE(-1n, layout.BASE_TIMESTAMP_AT);
  bytes.writeBigInt64BE(-1n, layout.MAX_TIMESTAMP_AT);
  bytes.writeBigInt64BE(-1n, layout.PRODUCER_ID_AT);
  bytes.writeInt16BE(-1, layout.PRODUCER_EPOCH_AT);
  bytes.writeInt32BE(-1, layout.BASE_SEQUENCE_AT);
  bytes.writeUInt32BE(crc32c(bytes.subarray(layout.ATTRIBUTES_AT)), layout.CRC_AT);
  stampBatch(bytes, offset, leaderEpoch);
  return bytes;
}
