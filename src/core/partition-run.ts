import { type BatchJob, BatchLane, type BatchOwner } from './batch-lane.ts';
import type { AssignedPartition, RecordBatch } from './backend.ts';
import type { Clock } from './clock.ts';
import { decodeCompleted } from './completed-offsets.ts';
import type { CallHost } from './handler-call.ts';
import { CommitFencedError } from './errors.ts';
import { invokeBatchHandler, invokeHandler } from './invoke-handler.ts';
import { OffsetTracker } from './offset-tracker.ts';
import { PartitionBuffer } from './partition-buffer.ts';
import type { Position } from './position.ts';
import type { ConsumerRecord, ProducerRecord, RecordMetadata } from './record.ts';
import type { LaneOwner, RecordLane } from './record-lane.ts';
import { RecordLanes } from './record-lanes.ts';
import type { ResolvedBuffer, ResolvedConsumerOptions } from './resolved-options.ts';
import type { Slots } from './slots.ts';
import type { TimeSlice } from './time-slice.ts';

/** What a partition needs from its consumer. */
export interface RunHost {
  readonly options: ResolvedConsumerOptions;
  readonly slots: Slots;
  readonly slice: TimeSlice;
  readonly clock: Clock;
  publish(topic: string, record: ProducerRecord): Promise<RecordMetadata>;
  /** Records were finished. */
  finished(run: PartitionRun, count: number): void;
  commitNow(run: PartitionRun): Promise<void>;
  /** There is room again. */
  room(run: PartitionRun): void;
  recordFailed(
    run: PartitionRun,
    lane: RecordLane,
    record: ConsumerRecord,
    error: unknown,
    attempt: number,
  ): void;
  batchFailed(run: PartitionRun, job: BatchJob, error: unknown): void;
  batchRecordsFailed(
    run: PartitionRun,
    job: BatchJob,
    failures: ReadonlyMap<number, unknown>,
  ): void;
}

/**
 * - `opening`: `open` has not returned yet; records wait.
 * - `active`, `draining` (no new handler starts), `stopped` (an error policy said so), `closed` (not ours any more).
 */
export type RunState = 'opening' | 'active' | 'draining' | 'stopped' | 'closed';

/** One partition from the moment it is assigned until it is gone: its records, lanes, and what may be committed. */
export class PartitionRun implements LaneOwner, BatchOwner, CallHost {
  readonly topic: string;
  readonly partition: number;
  readonly epoch: number;
  readonly buffer: PartitionBuffer;
  readonly #host: RunHost;
  #abort = new AbortController();
  readonly #lanes: RecordLanes;
  readonly #batchLane: BatchLane | undefined;
  #tracker: OffsetTracker;
  /** Finished before a crash, as `[from, to)` pairs: read again, not handled again. */
  #completedBefore: readonly number[];
  #state: RunState = 'opening';
  #paused = false;
  #handlers = 0;
  #whenIdle: (() => void)[] = [];
  logEndOffset: number | undefined;
  committed: Position | undefined;
  stopError: unknown;

  constructor(host: RunHost, assigned: AssignedPartition, limits: ResolvedBuffer) {
    this.#host = host;
    this.topic = assigned.topic;
    this.partition = assigned.partition;
    this.epoch = assigned.epoch;
    this.buffer = new PartitionBuffer(limits);
    this.committed = assigned.committed ? assigned.position : undefined;
    this.#tracker = new OffsetTracker(assigned.position);
    this.#completedBefore = assigned.committed
      ? decodeCompleted(assigned.position.offset, assigned.metadata)
      : [];
    const { handleBatch, batch, order } = host.options;
    this.#lanes = new RecordLanes(this, order);
    if (handleBatch !== undefined) this.#batchLane = new BatchLane(this, batch, order !== 'none');
  }

  get state(): RunState {
    return this.#state;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get running(): boolean {
    return this.#state === 'active' && !this.#paused;
  }

  get current(): boolean {
    return this.#state !== 'closed';
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get tracker(): OffsetTracker {
    return this.#tracker;
  }

  /** Handlers and dead-letter writes under way. */
  get handlers(): number {
    return this.#handlers;
  }

  get clock(): Clock {
    return this.#host.clock;
  }

  get slots(): Slots {
    return this.#host.slots;
  }

  get slice(): TimeSlice {
    return this.#host.slice;
  }

  get handlerName(): string {
    return this.#host.options.name;
  }

  /** Takes records in; returns whether there is room for more. */
  accept(batch: RecordBatch): boolean {
    if (batch.logEndOffset !== undefined) this.logEndOffset = batch.logEndOffset;
    const skip = this.#completedBefore.length > 0;
    for (const record of batch.records) {
      this.#tracker.add(record.offset, record.token);
      if (skip && this.#wasCompleted(record.offset)) this.#tracker.complete(record.offset);
      else this.#enqueue(record);
    }
    this.#tracker.reachedTo(batch.next);
    this.#batchLane?.wake();
    if (batch.records.length === 0) this.#host.finished(this, 0);
    return this.buffer.measure(this.#tracker.span) && !this.#paused && this.#state !== 'stopped';
  }

  /** Lets handlers start: `open` has returned, or a pause is over. */
  activate(): void {
    if (this.#state === 'opening') this.#state = 'active';
    this.#wakeAll();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wakeAll();
  }

  /** Keeps running handlers, starts no more. */
  stop(error: unknown): void {
    if (this.#state === 'closed' || this.#state === 'draining') return;
    this.#state = 'stopped';
    this.stopError = error;
    this.#forgetRecords();
  }

  /** Starts no more handlers and forgets what waits. */
  drain(): void {
    if (this.#state === 'closed') return;
    this.#state = 'draining';
    this.#forgetRecords();
  }

  /** Resolves when no handler runs. */
  idle(): Promise<void> {
    if (this.#handlers === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  abort(reason: unknown): void {
    this.#abort.abort(reason);
  }

  /** Ownership is over: nothing that ends from here on counts. */
  close(): void {
    this.#state = 'closed';
    this.#forgetRecords();
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Goes on elsewhere in the log, after `drain` and `idle`. */
  restartAt(position: Position): void {
    if (this.#state === 'closed') return;
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    this.#tracker = new OffsetTracker(position);
    this.#completedBefore = [];
    this.stopError = undefined;
    this.buffer.clear();
    this.#state = 'active';
  }

  invoke(record: ConsumerRecord, attempt: number): unknown {
    return invokeHandler(this, this.#host.options, record, attempt);
  }

  invokeBatch(job: BatchJob): Promise<void> {
    return invokeBatchHandler(this, this.#host.options, job);
  }

  started(): void {
    this.#handlers++;
  }

  ended(): void {
    this.#handlers--;
    if (this.#handlers === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  finished(record: ConsumerRecord): void {
    if (this.#settle(record)) this.#afterFinish(1);
  }

  finishedBatch(job: BatchJob): void {
    const { failures } = job;
    let count = 0;
    job.records.forEach((record, index) => {
      if (!failures.has(index) && this.#settle(record)) count++;
    });
    this.#afterFinish(count);
    if (failures.size === 0) job.proceed();
    else this.#host.batchRecordsFailed(this, job, failures);
  }

  failed(lane: RecordLane, record: ConsumerRecord, error: unknown, attempt: number): void {
    this.#host.recordFailed(this, lane, record, error, attempt);
  }

  failedBatch(job: BatchJob, error: unknown): void {
    this.#host.batchFailed(this, job, error);
  }

  emptied(lane: RecordLane): void {
    this.#lanes.emptied(lane);
  }

  publish(topic: string, record: ProducerRecord): Promise<RecordMetadata> {
    return this.#host.publish(topic, record);
  }

  async commitHandled(records: readonly ConsumerRecord[]): Promise<void> {
    if (!this.current)
      throw new CommitFencedError(
        `${this.topic}-${this.partition} is not ours any more; its position was not stored.`,
        { topic: this.topic, partition: this.partition },
      );
    let count = 0;
    for (const record of records) if (this.#settle(record)) count++;
    this.#afterFinish(count);
    await this.#host.commitNow(this);
  }

  #enqueue(record: ConsumerRecord): void {
    this.buffer.add(record.sizeBytes);
    if (this.#state !== 'active' && this.#state !== 'opening') return;
    if (this.#batchLane !== undefined) this.#batchLane.push(record);
    else this.#lanes.push(record);
  }

  #settle(record: ConsumerRecord): boolean {
    if (!this.#tracker.complete(record.offset)) return false;
    this.buffer.remove(record.sizeBytes);
    return true;
  }

  #afterFinish(count: number): void {
    if (count === 0) return;
    this.#host.finished(this, count);
    if (this.buffer.drained(this.#tracker.span) && this.running) this.#host.room(this);
  }

  #forgetRecords(): void {
    this.#lanes.clear();
    this.#batchLane?.clear();
    this.buffer.clear();
  }

  #wakeAll(): void {
    this.#lanes.wake();
    this.#batchLane?.wake();
  }

  #wasCompleted(offset: number): boolean {
    const runs = this.#completedBefore;
    for (let i = 0; i + 1 < runs.length; i += 2)
      if (offset >= (runs[i] as number) && offset < (runs[i + 1] as number)) return true;
    return false;
  }
}
