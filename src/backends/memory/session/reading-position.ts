import type { CommittedPosition, OutOfRangePolicy, StartPosition } from '../../../core/index.ts';
import { formatPartition, PartitaError } from '../../../core/index.ts';
import type { PartitionLog } from '../log/partition-log.ts';

/** Where `start` is in this partition, looked up now. */
export function startOffset(log: PartitionLog, start: StartPosition): number {
  if (start === 'earliest') return log.startOffset;
  if (start === 'latest') return log.endOffset;
  return 'offset' in start ? start.offset : log.offsetAt(start.timestampMs);
}

/** What to do about a position that is not in the log: go on elsewhere, or stand still with an error. */
export type RangeCheck =
  | { readonly kind: 'ok' }
  | { readonly kind: 'reset'; readonly offset: number; readonly error: PartitaError }
  | { readonly kind: 'fail'; readonly error: PartitaError };

export function checkRange(
  log: PartitionLog,
  offset: number,
  outOfRange: OutOfRangePolicy,
): RangeCheck {
  if (offset >= log.startOffset && offset <= log.endOffset) return { kind: 'ok' };
  const { topic, partition } = log;
  const what = `Position ${offset} of ${formatPartition(log)} is not in the log, which has ${log.startOffset} to ${log.endOffset}`;
  const details = { topic, partition, offset };
  if (outOfRange === 'fail') {
    const message = `${what}. Seek, or set outOfRange to 'earliest' or 'latest'`;
    return { kind: 'fail', error: new PartitaError('OFFSET_OUT_OF_RANGE', message, details) };
  }
  const next = startOffset(log, outOfRange);
  const message = `${what}. Reading goes on at ${next}, as outOfRange says (${outOfRange})`;
  return {
    kind: 'reset',
    offset: next,
    error: new PartitaError('OFFSET_OUT_OF_RANGE', message, { ...details, retriable: true }),
  };
}

/** Where reading begins in a partition that has just become ours. */
export function firstPosition(
  log: PartitionLog,
  committed: CommittedPosition | undefined,
  start: StartPosition,
): { readonly offset: number; readonly committed: boolean; readonly metadata: string } {
  if (committed === undefined)
    return { offset: startOffset(log, start), committed: false, metadata: '' };
  return { offset: committed.offset, committed: true, metadata: committed.metadata };
}
