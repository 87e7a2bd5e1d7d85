import type { EventPosition } from '@azure/event-hubs';
import {
  type OutOfRangePolicy,
  PartitaError,
  type Position,
  type TopicPartition,
} from '../../../core/index.ts';
import type { LogRange } from '../sdk/hubs.ts';

/** A place in the words of the SDK. The token is that of the last handled event, so reading begins behind it. */
export function eventPosition({ offset, token }: Position): EventPosition {
  if (token !== undefined) return { offset: token, isInclusive: false };
  return { sequenceNumber: offset - 1, isInclusive: false };
}

export type RangeCheck =
  | { readonly kind: 'ok'; readonly position: Position }
  | { readonly kind: 'reset'; readonly position: Position; readonly error: PartitaError }
  | { readonly kind: 'fail'; readonly error: PartitaError };

/** What to do about a position that is not in the log: go on elsewhere, or stand still with an error. */
export function checkRange(
  { topic, partition }: TopicPartition,
  position: Position,
  { begin, end }: LogRange,
  outOfRange: OutOfRangePolicy,
): RangeCheck {
  const { offset } = position;
  if (offset >= begin && offset <= end) return { kind: 'ok', position };
  const details = { topic, partition, offset };
  const what = `Position ${offset} of ${topic}-${partition} is not in the log, which has ${begin} to ${end}`;
  if (outOfRange === 'fail') {
    const message = `${what}. Seek, or set outOfRange to 'earliest' or 'latest'`;
    return { kind: 'fail', error: new PartitaError('OFFSET_OUT_OF_RANGE', message, details) };
  }
  const next = outOfRange === 'earliest' ? begin : end;
  const message = `${what}. Reading goes on at ${next}, as outOfRange says (${outOfRange})`;
  const error = new PartitaError('OFFSET_OUT_OF_RANGE', message, { ...details, retriable: true });
  return { kind: 'reset', position: { offset: next }, error };
}
