import type { LogPoint } from './partition-state.ts';

// Where these fields are in a version 2 record batch (Kafka's message format page).
const LENGTH_AT = 8;
const LEADER_EPOCH_AT = 12;
const MAGIC_AT = 16;
const LAST_OFFSET_DELTA_AT = 23;
const HEADER_BYTES = 61;
const PREFIX_BYTES = 12;
const MAGIC_V2 = 2;
const TWO_32 = 0x1_0000_0000;

/** What the headers of the whole batches say; nothing is verified yet. */
export interface FetchedEnd {
  /** Behind the last whole batch, or where the reading began. */
  readonly end: LogPoint;
  readonly wholeBatches: number;
}

/**
 * Where to fetch next, from the batch headers alone, so that the next request is on its way before the first record is
 * decoded. Should a header turn out to be damaged, the decoder says so, and the partition is asked again from there.
 */
export function fetchedEnd(bytes: Buffer, start: LogPoint): FetchedEnd {
  let end = start;
  let wholeBatches = 0;
  for (let at = 0; at + HEADER_BYTES <= bytes.length; wholeBatches++) {
    const size = PREFIX_BYTES + bytes.readInt32BE(at + LENGTH_AT);
    if (size < HEADER_BYTES || at + size > bytes.length) break;
    if (bytes.readInt8(at + MAGIC_AT) !== MAGIC_V2) break;
    const base = bytes.readInt32BE(at) * TWO_32 + bytes.readUInt32BE(at + 4);
    const offset = base + bytes.readInt32BE(at + LAST_OFFSET_DELTA_AT) + 1;
    const epoch = bytes.readInt32BE(at + LEADER_EPOCH_AT);
    if (Number.isSafeInteger(offset) && offset > end.offset) end = { offset, epoch };
    at += size;
  }
  return { end, wholeBatches };
}
