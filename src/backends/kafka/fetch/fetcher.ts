import type {
  BackendEnv,
  FetchOptions,
  OutOfRangePolicy,
  PartitaError,
  PartitionPosition,
  Position,
  RecordBatch,
  TopicPartition,
} from '../../../core/index.ts';
import type { Wire } from '../wire/wire.ts';
import { PartitionFetcher } from './partition-fetcher.ts';

export interface FetcherDeps {
  readonly wire: Wire;
  readonly env: BackendEnv;
}

export interface FetcherOptions {
  readonly fetch: FetchOptions;
  /** Whether records of open and aborted transactions are read too. */
  readonly isolation: 'committed' | 'uncommitted';
  readonly outOfRange: OutOfRangePolicy;
  /** Read from the nearest replica (KIP-392), when the brokers are set up for it. */
  readonly rack?: string;
  /** Highest version of Fetch to use. The Kafka endpoint of Event Hubs answers up to 6. @default no limit */
  readonly maxFetchVersion?: number;
}

/** Where the records go. The calls come one at a time, and never from inside a call of the fetcher. */
export interface FetchSink {
  /** Whether there is room for more; false pauses the partition until `resume`. What was fetched already is kept. */
  records(batch: RecordBatch): boolean;
  /**
   * `retriable`: the fetcher is at it. Not retriable with a partition: that one stands still until `seek`. Each trouble is
   * reported once, not again while it lasts.
   */
  failed(error: PartitaError, partition?: TopicPartition): void;
  /** The trouble that `failed` told of, without a partition, is over. */
  works?(): void;
}

/**
 * Reads partitions from wherever their leaders are and hands over their records, each once and in order, whatever happens
 * to brokers and connections. Unknown partitions are ignored by all methods.
 */
export interface Fetcher {
  /** Begins to read there. A partition that is there already is sought to the position and resumed. */
  add(partitions: readonly PartitionPosition[]): void;
  /** None of their records is pushed after this call. */
  remove(partitions: readonly TopicPartition[]): void;
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /** No older record is pushed after this call. Ends a standstill, does not resume. */
  seek(partition: TopicPartition, position: Position): void;
  /** Nothing is pushed after this call. */
  close(): Promise<void>;
}

export function createFetcher(
  deps: FetcherDeps,
  options: FetcherOptions,
  sink: FetchSink,
): Fetcher {
  return new PartitionFetcher(deps, options, sink);
}
