import {
  createFetcher,
  type Fetcher,
  type FetcherOptions,
} from '../../../../../src/backends/kafka/fetch/fetcher.ts';
import type {
  ConsumerRecord,
  PartitaError,
  RecordBatch,
  TopicPartition,
} from '../../../../../src/core/index.ts';
import { formatPartition } from '../../../../../src/core/index.ts';
import type { FakeCluster } from './fake-cluster.ts';

export interface Failure {
  readonly error: PartitaError;
  readonly partition: TopicPartition | undefined;
}

/** A sink that writes everything down. */
export class Reading {
  readonly fetcher: Fetcher;
  readonly batches: RecordBatch[] = [];
  readonly failures: Failure[] = [];
  /** How often trouble was said to be over. */
  recoveries = 0;
  /** Decides about room. */
  room: (batch: RecordBatch) => boolean = () => true;

  constructor(cluster: FakeCluster, options: Partial<FetcherOptions> = {}) {
    this.fetcher = createFetcher(
      cluster.deps,
      {
        fetch: { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 100_000 },
        isolation: 'uncommitted',
        outOfRange: 'earliest',
        ...options,
      },
      {
        records: (batch) => {
          this.batches.push(batch);
          return this.room(batch);
        },
        failed: (error, partition) => this.failures.push({ error, partition }),
        works: () => void this.recoveries++,
      },
    );
  }

  records(key?: string): ConsumerRecord[] {
    return this.batches
      .filter((batch) => key === undefined || formatPartition(batch) === key)
      .flatMap((batch) => batch.records);
  }

  offsets(key?: string): number[] {
    return this.records(key).map((record) => record.offset);
  }

  codes(): string[] {
    return this.failures.map(
      ({ error }) => `${error.code}${error.retriable ? ' (retriable)' : ''}`,
    );
  }
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
