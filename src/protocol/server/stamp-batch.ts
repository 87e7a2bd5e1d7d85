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
