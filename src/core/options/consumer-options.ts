import type { OutOfRangePolicy, StartPosition } from '../model/position.ts';
import type { ConsumerRecord, ProducerRecord, RecordMetadata } from '../model/record.ts';
import type { TopicPartition } from '../model/topic-partition.ts';
import type { Assignor } from '../ports/assignor.ts';
import type { FetchOptions } from '../ports/backend.ts';
import type { Decoder } from './decoder.ts';
import type { ErrorPolicy } from './error-policy.ts';
import type { Middleware, WithAdded } from './middleware.ts';
import type { TypedRecord, TypedTopic } from './typed-topic.ts';

/** Names of the assignors that come with Partita. */
export type AssignorName = 'range' | 'roundrobin' | 'sticky' | 'cooperative-sticky';

/** Topics to share with the group, all topics that match, or fixed partitions. */
export type Topics = string | readonly string[] | RegExp;

export interface Concurrency {
  /**
   * - `partition`: one record of a partition at a time, in log order.
   * - `key`: records of the same key one at a time, in log order; different keys side by side. A record without a key waits
   *   for nobody.
   * - `none`: any record beside any other.
   */
  readonly order: 'partition' | 'key' | 'none';
  /** Most handlers running at once in this consumer. @default 100; unlimited (one per partition) with order `partition` */
  readonly limit?: number;
}

/**
 * When positions are stored. Whatever is chosen, they are also stored before a partition is handed over and on stop.
 * `everyRecords` and `everyMs` may be combined; `perBatch` stores after each batch of a batch handler (each record of a
 * record handler). `manual` stores only when `commit()` is called.
 */
export type CommitPolicy =
  | 'manual'
  | 'perBatch'
  | { readonly everyRecords?: number; readonly everyMs?: number };

/** Watermarks of what is fetched and not yet finished, per partition. */
export interface BufferOptions {
  /** Fetching of a partition stops at this many records. @default 10_000 */
  readonly highRecords?: number;
  /** … and goes on at this many. @default half of highRecords */
  readonly lowRecords?: number;
  /** Fetching of a partition stops at this many bytes; 64 MiB over all partitions is never exceeded by more than one answer. @default 8 MiB */
  readonly highBytes?: number;
  /** … and goes on at this many. @default half of highBytes */
  readonly lowBytes?: number;
}

/** Why a partition was closed. */
export type CloseReason = 'revoked' | 'lost' | 'stopped';

/** A partition while it is ours. */
export interface PartitionContext extends TopicPartition {
  /** Aborted when the work must end now: the partition is lost, a drain deadline is over, or a stop is forced. */
  readonly signal: AbortSignal;
}

interface Publishing {
  /** Writes a record and waits until all in-sync replicas have it. */
  publish(topic: string, record: ProducerRecord): Promise<RecordMetadata>;
  /** The same to a typed topic, which encodes the value. */
  publish<In>(topic: TypedTopic<In, unknown>, record: TypedRecord<In>): Promise<RecordMetadata>;
  /**
   * Stores the partition's position now; what this call is about counts as handled, so call it last. Rejects when it could
   * not be stored, with `CommitFencedError` when the partition has moved on. Without a group there is nothing to store.
   */
  commit(): Promise<void>;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborted when the work must end now; also by `handlerTimeoutMs`. */
  readonly signal: AbortSignal;
}

export interface RecordContext extends Publishing {
  readonly record: ConsumerRecord;
}

export interface BatchContext extends Publishing, TopicPartition {
  readonly records: readonly ConsumerRecord[];
  /** Marks one record of the batch, by its index, as failed: the error policy decides about it alone, the rest is done. */
  fail(index: number, error: unknown): void;
}

export interface RecordHandling<T, Added extends object = object> {
  /** Gets one record. Returning (or resolving) means it is done; throwing (or rejecting) leaves it to `onError`. */
  handle(value: T, context: WithAdded<RecordContext, Added>): unknown;
  readonly handleBatch?: never;
  readonly batch?: never;
}

export interface BatchHandling<T, Added extends object = object> {
  /** Gets records of one partition in log order. Throwing fails all of them; `context.fail` single ones. */
  handleBatch(values: readonly T[], context: WithAdded<BatchContext, Added>): unknown;
  readonly batch?: BatchLimits;
  readonly handle?: never;
}

/** A batch is handed over when one of these is reached, whichever comes first. */
export interface BatchLimits {
  /** @default 500 */
  readonly maxRecords?: number;
  /** @default 1 MiB */
  readonly maxBytes?: number;
  /** How long the first record waits for more, in milliseconds. 0: hands over what is there. @default 0 */
  readonly maxWaitMs?: number;
}

export interface ConsumerSettings {
  /** Names the consumer in logs, health and views. @default the group, or the topics */
  readonly name?: string;
  /** Consumer group. Required unless `partitions` are chosen. */
  readonly group?: string;
  /** Fixed partitions of the (single) topic instead of a share: no group membership, no rebalance. */
  readonly partitions?: readonly number[];
  /** How the group shares partitions out; several, in order of preference, for a rolling change. @default 'cooperative-sticky' */
  readonly assignor?: AssignorName | Assignor | readonly (AssignorName | Assignor)[];
  /** Where to begin without a committed position. @default 'earliest' */
  readonly start?: StartPosition;
  /** @default 'fail' */
  readonly outOfRange?: OutOfRangePolicy;
  /** @default { order: 'partition' } */
  readonly concurrency?: Concurrency;
  /**
   * Around each call of the handler, and around what it publishes, outermost (nearest to the broker) first; inside of what the application has.
   * @default none
   */
  readonly middleware?: readonly Middleware[];
  /** What happens to a record that fails. There is no silent default: name one. */
  readonly onError: ErrorPolicy;
  /** @default { everyMs: 1_000 } */
  readonly commit?: CommitPolicy;
  readonly buffer?: BufferOptions;
  /**
   * A handler that takes longer, decoding and middleware included, fails with `HANDLER_TIMEOUT`: its signal is aborted, the error policy
   * decides about its record, and what it still does is not waited for. Without a limit a handler that never returns keeps
   * its place among `concurrency.limit` for ever. @default unlimited
   */
  readonly handlerTimeoutMs?: number;
  /** How long running handlers may take to finish before a partition is handed over or a stop is forced. @default 30_000 */
  readonly drainTimeoutMs?: number;
  /** Static membership: this process's lasting name in the group. */
  readonly instanceId?: string;
  /** Rack or zone of this process. */
  readonly rack?: string;
  /** @default 45_000 (Kafka's own) */
  readonly sessionTimeoutMs?: number;
  /** @default 3_000 */
  readonly heartbeatIntervalMs?: number;
  /** @default 60_000 */
  readonly rebalanceTimeoutMs?: number;
  /** Hand out records of open or aborted transactions too? @default 'committed' */
  readonly isolation?: 'committed' | 'uncommitted';
  /** @default { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 1 MiB } */
  readonly fetch?: Partial<FetchOptions>;
  /**
   * Awaited before the first record of a partition. Throwing stops the partition; `resume()` calls it again. When the
   * partition goes before it has returned, its signal is aborted at once.
   */
  open?(partition: PartitionContext): unknown;
  /**
   * Awaited after the last handler of a partition has ended and its position is stored, within what is left of the same
   * deadline. Called once for each `open`, whatever the way in which the partition goes.
   */
  close?(partition: TopicPartition, reason: CloseReason): unknown;
}

/** A consumer whose handler gets decoded values. */
export type DecodedConsumerOptions<T, Added extends object = object> = ConsumerSettings & {
  readonly value: Decoder<T>;
} & (RecordHandling<T, Added> | BatchHandling<T, Added>);

/** A consumer whose handler gets the records as they are. */
export type RecordConsumerOptions<Added extends object = object> = ConsumerSettings & {
  readonly value?: undefined;
} & (RecordHandling<ConsumerRecord, Added> | BatchHandling<ConsumerRecord, Added>);

/** A consumer of typed topics: its handler gets what they say. */
export type TypedConsumerOptions<T, Added extends object = object> = ConsumerSettings & {
  readonly value?: undefined;
} & (RecordHandling<T, Added> | BatchHandling<T, Added>);

export type ConsumerOptions<T = ConsumerRecord> = DecodedConsumerOptions<T> | RecordConsumerOptions;
