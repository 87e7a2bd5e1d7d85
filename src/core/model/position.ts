import type { TopicPartition } from './topic-partition.ts';

/**
 * A place in a partition's log: the next record to read is the first one at or after `offset`.
 *
 * Positions are ordered and compared by `offset` alone: the Kafka offset, or the Event Hubs sequence number.
 * `token` is what a backend needs besides to resume there (the opaque Event Hubs offset string).
 */
export interface Position {
  readonly offset: number;
  readonly token?: string;
}

/** A position of a named partition. */
export interface PartitionPosition extends TopicPartition, Position {}

/**
 * Where reading begins in a partition that has no committed position.
 *
 * - `earliest`: the oldest record still stored.
 * - `latest`: only what arrives from now on.
 * - `{ offset }`: that offset, in each partition.
 * - `{ timestampMs }`: the first record whose broker time is at or after it.
 */
export type StartPosition =
  | 'earliest'
  | 'latest'
  | { readonly offset: number }
  | { readonly timestampMs: number };

/**
 * What happens when a position is no longer in the log, because retention deleted it or the log was truncated.
 * `fail` stops that partition with an `OFFSET_OUT_OF_RANGE` error; the others choose a new position, counted and logged.
 */
export type OutOfRangePolicy = 'earliest' | 'latest' | 'fail';
