import type { Clock } from '../model/clock.ts';
import type { ConsumerRecord, ProducerRecord, RecordMetadata } from '../model/record.ts';
import type { MiddlewareEnv, ProduceOrigin } from '../options/middleware.ts';
import type { ResolvedConsumerOptions } from '../options/resolved-options.ts';
import type { BatchJob } from './batch-lane.ts';
import type { PartitionRun } from './partition-run.ts';
import type { RecordLane } from './record-lane.ts';
import type { Slots } from './slots.ts';
import type { TimeSlice } from './time-slice.ts';

/** What becomes of records that fail. */
export interface FailureHandling {
  record(
    run: PartitionRun,
    lane: RecordLane,
    record: ConsumerRecord,
    error: unknown,
    attempt: number,
  ): Promise<void>;
  /** All records of a batch share one failure. */
  batch(run: PartitionRun, job: BatchJob, error: unknown): Promise<void>;
  /** Some records of a batch failed, as `job.failures` says. */
  batchRecords(run: PartitionRun, job: BatchJob): Promise<void>;
}

/** What a run needs from its consumer. */
export interface RunHost {
  readonly options: ResolvedConsumerOptions;
  readonly slots: Slots;
  readonly slice: TimeSlice;
  readonly clock: Clock;
  readonly env: MiddlewareEnv;
  readonly failures: FailureHandling;
  publish(
    topic: string,
    record: ProducerRecord,
    origin: Exclude<ProduceOrigin, 'producer'>,
    handling?: readonly ConsumerRecord[],
  ): Promise<RecordMetadata>;
  /** Records were finished, or the frontier moved without any. */
  finished(run: PartitionRun, count: number): void;
  commitNow(run: PartitionRun): Promise<void>;
  /** There is room again. */
  room(run: PartitionRun): void;
}
