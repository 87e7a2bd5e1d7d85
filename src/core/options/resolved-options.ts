import type { ResolvedBatchLimits } from '../engine/batch-lane.ts';
import type { TopicPartition } from '../model/topic-partition.ts';
import type { Assignor } from '../ports/assignor.ts';
import type { GroupOptions } from '../ports/backend.ts';
import type {
  BatchContext,
  CloseReason,
  PartitionContext,
  RecordContext,
} from './consumer-options.ts';
import type { DecodeFunction } from './decoder.ts';
import type { ErrorPolicy } from './error-policy.ts';
import type { Middleware } from './middleware.ts';

/** Options of a consumer with every default filled in and every problem ruled out. */
export interface ResolvedConsumerOptions {
  readonly name: string;
  /** Of the application and of this consumer, outermost first. */
  readonly middleware: readonly Middleware[];
  /** Those of them that are around handlers. */
  readonly handlerMiddleware: readonly Middleware[];
  readonly group: GroupOptions;
  readonly assignors: readonly Assignor[];
  readonly order: 'partition' | 'key' | 'none';
  readonly limit: number;
  readonly decoder: DecodeFunction<unknown> | undefined;
  readonly handle: ((value: unknown, context: RecordContext) => unknown) | undefined;
  readonly handleBatch:
    | ((values: readonly unknown[], context: BatchContext) => unknown)
    | undefined;
  readonly batch: ResolvedBatchLimits;
  readonly onError: ErrorPolicy;
  /** Where the error policy parks records; the subscription has them. */
  readonly retryTopics: ReadonlySet<string>;
  readonly commit: ResolvedCommitPolicy;
  readonly buffer: ResolvedBuffer;
  readonly handlerTimeoutMs: number | undefined;
  readonly drainTimeoutMs: number;
  readonly open: ((partition: PartitionContext) => unknown) | undefined;
  readonly close: ((partition: TopicPartition, reason: CloseReason) => unknown) | undefined;
}

export interface ResolvedCommitPolicy {
  /** Infinity: not by count. */
  readonly everyRecords: number;
  /** Infinity: not by time. */
  readonly everyMs: number;
}

export interface ResolvedBuffer {
  readonly highRecords: number;
  readonly lowRecords: number;
  readonly highBytes: number;
  readonly lowBytes: number;
}
