import type { AbortedTransaction } from '../apis/01-fetch.ts';
import { ProtocolError } from '../protocol-error.ts';
import { AbortedFilter } from './aborted-filter.ts';
import { BatchReader } from './batch-reader.ts';
import type { KafkaRecord } from './kafka-record.ts';
import type { RecordBatch } from './record-batch.ts';

/** What was fetched, and from where. */
export interface FetchedRecords {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for. Batches begin at or before it; earlier records are left out. */
  readonly startOffset: number;
  /** Given: read committed, and these were aborted. Absent: read uncommitted. */
  readonly abortedTransactions?: readonly AbortedTransaction[];
}

export interface DecodedRange {
  /** Where to fetch next: behind the last whole batch, also when it had no records for us. */
  readonly nextOffset: number;
  /** Epoch of the last batch, for `lastFetchedEpoch` and commits; -1: no batch. */
  readonly leaderEpoch: number;
  /** The end was cut. Together with an unmoved `nextOffset`: the first batch does not fit the fetch size. */
  readonly truncated: boolean;
}

/**
 * Appends the records of a fetched partition to `into`, without control records and aborted ones.
 *
 * A damaged batch behind good ones ends the range in front of it, so the good ones are delivered; fetched again it comes
 * first, and throws.
 *
 * @throws ProtocolError `CORRUPT` or `UNSUPPORTED`, with `baseOffset`, when the first batch cannot be read.
 */
export function decodeRecords(
  bytes: Buffer,
  source: FetchedRecords,
  into: KafkaRecord[],
): DecodedRange {
  const { abortedTransactions, startOffset } = source;
  const filter = abortedTransactions && new AbortedFilter(abortedTransactions);
  const reader = new BatchReader(bytes);
  let nextOffset = startOffset;
  let leaderEpoch = -1;
  try {
    for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
      if (isWanted(batch, startOffset, filter)) batch.decodeInto(into, source);
      nextOffset = Math.max(nextOffset, batch.nextOffset);
      leaderEpoch = batch.partitionLeaderEpoch;
    }
  } catch (error) {
    if (!(error instanceof ProtocolError) || nextOffset === startOffset) throw error;
    return { nextOffset, leaderEpoch, truncated: true };
  }
  return { nextOffset, leaderEpoch, truncated: reader.truncated };
}

function isWanted(
  batch: RecordBatch,
  startOffset: number,
  filter: AbortedFilter | undefined,
): boolean {
  const aborted = filter?.isAborted(batch) ?? false;
  return !aborted && !batch.isControl && batch.lastOffset >= startOffset;
}
