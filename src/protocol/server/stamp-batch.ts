import { crc32c } from '@node-rs/crc32';
import * as layout from '../records/batch-layout.ts';

const TWO_32 = 0x1_0000_0000;

/**
 * Writes what the log decides about a batch into its bytes: place and leader epoch. The checksum does not cover them, so the
 * producer's stays valid (`DefaultRecordBatch.setLastOffset`).
 */
export function stampBatch(bytes: Buffer, baseOffset: number, leaderEpoch: number): void {
  bytes.writeInt32BE(Math.floor(baseOffset / TWO_32), layout.BASE_OFFSET_AT);
  bytes.writeInt32BE(baseOffset | 0, layout.BASE_OFFSET_AT + 4);
  bytes.writeInt32BE(leaderEpoch, layout.LEADER_EPOCH_AT);
}

/** Makes the broker's time the timestamp of all records of a batch; the checksum, which covers it, is made anew. */
export function stampAppendTime(bytes: Buffer, appendTimeMs: number): void {
  const attributes = bytes.readInt16BE(layout.ATTRIBUTES_AT) | layout.LOG_APPEND_TIME;
  bytes.writeInt16BE(attributes, layout.ATTRIBUTES_AT);
  bytes.writeInt32BE(Math.floor(appendTimeMs / TWO_32), layout.MAX_TIMESTAMP_AT);
  bytes.writeInt32BE(appendTimeMs | 0, layout.MAX_TIMESTAMP_AT + 4);
  bytes.writeUInt32BE(crc32c(bytes.subarray(layout.ATTRIBUTES_AT)), layout.CRC_AT);
}
