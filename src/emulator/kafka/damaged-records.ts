import { emptyBatch } from '../../protocol/index.ts';

/**
 * What happens to the records of a fetch:
 *
 * - `cut`: the last batch ends too early, as Kafka cuts where the client's limit is reached
 * - `corrupt`: a bit of the last batch is wrong, and its checksum does not fit
 * - `none`: nothing comes, although there is something
 * - `empty-batch`: a batch without records comes first, as compaction leaves them; not in front of offset 0
 */
export type KafkaDamage = 'cut' | 'corrupt' | 'none' | 'empty-batch';

export const damages: readonly KafkaDamage[] = ['cut', 'corrupt', 'none', 'empty-batch'];

const LENGTH_AT = 8;
const PREFIX_BYTES = 12;

/** Whether there is a place in front of the records for a batch of that kind. */
export function canDamage(records: Buffer, damage: KafkaDamage): boolean {
  return damage !== 'empty-batch' || records.readBigInt64BE(0) > 0n;
}

/** A damaged copy; the records themselves are the log, and stay. */
export function damagedRecords(records: Buffer, damage: KafkaDamage): Buffer {
  switch (damage) {
    case 'none':
      return Buffer.alloc(0);
    case 'cut': {
      const last = startOfLastBatch(records);
      return records.subarray(0, last + Math.ceil((records.length - last) / 2));
    }
    case 'corrupt': {
      const copy = Buffer.from(records);
      const at = copy.length - 1;
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    }
    case 'empty-batch': {
      const before = Number(records.readBigInt64BE(0)) - 1;
      return Buffer.concat([emptyBatch(before, records.readInt32BE(PREFIX_BYTES)), records]);
    }
  }
}

function startOfLastBatch(records: Buffer): number {
  let start = 0;
  for (;;) {
    const next = start + PREFIX_BYTES + records.readInt32BE(start + LENGTH_AT);
    if (next >= records.length) return start;
    start = next;
  }
}
