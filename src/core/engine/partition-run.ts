import type { Clock } from '../model/clock.ts';
import { CommitFencedError } from '../model/errors.ts';
import type { Position } from '../model/position.ts';
import type { ConsumerRecord, ProducerRecord, RecordMetadata } from '../model/record.ts';
import { formatPartition, type TopicPartition } from '../model/topic-partition.ts';
import type { MiddlewareEnv } from '../options/middleware.ts';
import type { ResolvedBuffer } from '../options/resolved-options.ts';
import type { RecordBatch } from '../ports/backend.ts';
import { Arrivals } from './arrivals.ts';
import { type BatchJob, BatchLane, type BatchOwner } from './batch-lane.ts';
import { CompletedBefore } from './completed-before.ts';
import type { CallHost } from './handler-call.ts';
import { invokeBatchHandler, invokeHandler } from './invoke-handler.ts';
import { LogEnd } from './log-end.ts';
import { notBegun } from './not-begun.ts';
import { OffsetTracker } from './offset-tracker.ts';
import { PartitionBuffer } from './partition-buffer.ts';
import { Pauses } from './pauses.ts';
import { Postponed } from './postponed.ts';
import type { LaneOwner, RecordLane } from './record-lane.ts';
import { RecordLanes } from './record-lanes.ts';
import type { RunHost } from './run-host.ts';
import { RunningCalls } from './running-calls.ts';
import type { Slots } from './slots.ts';
import type { TimeSlice } from './time-slice.ts';

/** Where a run begins. */
export interface RunStart extends TopicPartition {
  readonly epoch: number;
  readonly position: Position;
  /** Finished beyond `position`, as `[from, to)` pairs. */
  readonly completed: readonly number[];
  /** What the group has stored. */
  readonly committed: Position | undefined;
}

/**
 * - `opening`: `open` has not returned yet; records wait.
 * - `active`, `stopped` (an error policy said so), `draining` (no new handler starts), `closed` (what ends does not count).
 */
export type RunState = 'opening' | 'active' | 'stopped' | 'draining' | 'closed';

/**
 * One stretch of reading a partition without a jump: its records, lanes, and what may be committed. A seek, a `resume()`
 * after a stop and a new assignment each begin another run, so that what is left over from this one cannot be mistaken
 * for progress of the next.
 */
export class PartitionRun implements LaneOwner, BatchOwner, CallHost {
  readonly topic: string;
  readonly partition: number;
  readonly epoch: number;
  readonly buffer: PartitionBuffer;
  readonly tracker: OffsetTracker;
  readonly arrivals: Arrivals = new Arrivals();
  readonly #host: RunHost;
  readonly #abort = new AbortController();
  #resting: AbortController | undefined;
  readonly #lanes: RecordLanes;
  readonly #batchLane: BatchLane | undefined;
  readonly #completedBefore: CompletedBefore;
  /** Only where it reads a retry topic. */
  readonly #postponed: Postponed | undefined;
  #state: RunState = 'opening';
  #paused = false;
  readonly #calls = new RunningCalls();
  readonly #pauses: Pauses;
  readonly logEnd: LogEnd = new LogEnd();
  committed: Position | undefined;

  constructor(host: RunHost, start: RunStart, limits: ResolvedBuffer) {
    this.#host = host;
    this.#pauses = new Pauses(host.clock);
    this.topic = start.topic;
    this.partition = start.partition;
    this.epoch = start.epoch;
    this.committed = start.committed;
    this.buffer = new PartitionBuffer(limits);
    this.tracker = new OffsetTracker(start.position);
    this.#completedBefore = new CompletedBefore(start.completed);
    const { handleBatch, batch, order, retryTopics } = host.options;
    if (retryTopics.has(this.topic))
      this.#postponed = new Postponed(host.clock, (due) => this.#takeDue(due));
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

  /** False once it is at rest, for whatever reason. */
  get takesRecords(): boolean {
    return this.#state === 'opening' || this.#state === 'active';
  }

  /** Whether its topic is one where failed records wait until they are due. */
  get postpones(): boolean {
    return this.#postponed !== undefined;
  }

  /** Of the parked records that are not due, the first. */
  get firstPostponed(): ConsumerRecord | undefined {
    return this.#postponed?.head;
  }

  get full(): boolean {
    return this.buffer.full;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get resting(): AbortSignal {
    if (this.#resting === undefined) {
      this.#resting = new AbortController();
      if (!this.takesRecords) this.#resting.abort(notBegun);
    }
    return this.#resting.signal;
  }

  /** Handlers and dead-letter writes under way. */
  get handlers(): number {
    return this.#calls.running;
  }

  /** Handlers and dead-letter writes that have ended, well or not. */
  get calls(): number {
    return this.#calls.ended;
  }

  /** Failed records, parked ones among them, and dead letters that could not be written, whose next try is not due yet. */
  get waiting(): number {
    return this.#pauses.count + (this.#postponed?.length ?? 0);
  }

  get clock(): Clock {
    return this.#host.clock;
  }

  get env(): MiddlewareEnv {
    return this.#host.env;
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
  accept({ records, next, logEndOffset }: RecordBatch): boolean {
    const nowMs = this.clock.now();
    this.logEnd.delivered(logEndOffset, nowMs);
    if (!this.takesRecords) return false;
    // All are known before the first is handled: a handler may end, and commit, before this returns.
    for (const record of records) this.tracker.add(record.offset, record.token);
    this.tracker.reachedTo(next);
    if (!this.postpones) this.arrivals.add(records, nowMs, this.tracker.frontier().offset);
    for (const record of records) this.#enqueue(record);
    this.buffer.measure(this.tracker.span);
    this.#batchLane?.wake();
    if (this.tracker.span === 0) this.#host.finished(this, 0);
    // Asked last: a handler that commits before it waits for anything has made room already, and said so.
    return !this.buffer.full && !this.#paused && this.takesRecords;
  }

  /** Should somebody ask where the log ends? Deliveries do not tell. */
  get wantsEnd(): boolean {
    const isResting = !this.running || this.tracker.unfinished > 0;
    return this.logEnd.isStale(isResting, this.clock.now());
  }

  learnEnd(offset: number): void {
    const frontier = this.tracker.frontier().offset;
    const isAgeKnown = this.arrivals.at(frontier) !== undefined;
    this.logEnd.learned(offset, frontier, isAgeKnown, this.clock.now());
  }

  /** May more be fetched? To be asked when a pause is over. */
  hasRoom(): boolean {
    return !this.buffer.full || this.buffer.drained(this.tracker.span);
  }

  /** Lets handlers start: `open` has returned. */
  activate(): void {
    if (this.#state === 'opening') this.#state = 'active';
    this.#wake();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  /** Lets running handlers end, starts no more. False when the run was at rest or about to be. */
  stop(): boolean {
    if (!this.takesRecords) return false;
    this.#rest('stopped');
    return true;
  }

  /** The same on the way out: to a successor, or to another place in the log. */
  drain(): void {
    if (this.#state !== 'closed') this.#rest('draining');
  }

  /** Resolves when no handler runs. */
  idle(): Promise<void> {
    return this.#calls.idle();
  }

  /** Resolves after a pause between two tries, or at once when the run comes to rest: no timer outlives its purpose. */
  between(delayMs: number): Promise<void> {
    return this.takesRecords ? this.#pauses.for(delayMs) : Promise.resolve();
  }

  abort(reason: unknown): void {
    this.#abort.abort(reason);
  }

  /** It is over: nothing that ends from here on counts. */
  close(): void {
    this.#rest('closed');
    this.#calls.forget();
  }

  /** Finished offsets beyond the frontier, also those of before that were not read again yet. */
  completedRuns(): number[] {
    const earlier = this.#completedBefore.from(this.tracker.next.offset);
    return [...this.tracker.completedRuns(), ...earlier];
  }

  invoke(record: ConsumerRecord, attempt: number): unknown {
    return invokeHandler(this, this.#host.options, record, attempt);
  }

  invokeBatch(job: BatchJob): Promise<void> {
    return invokeBatchHandler(this, this.#host.options, job);
  }

  started(): void {
    this.#calls.begin();
  }

  ended(): void {
    this.#calls.end();
  }

  finished(record: ConsumerRecord): void {
    if (this.#settle(record)) this.#settled(1);
  }

  finishedBatch(job: BatchJob): void {
    const { records, failures } = job;
    let count = 0;
    for (let index = 0; index < records.length; index++)
      if (!failures.has(index) && this.#settle(records[index] as ConsumerRecord)) count++;
    this.#settled(count);
    if (failures.size === 0) job.proceed();
    else void this.#host.failures.batchRecords(this, job);
  }

  failed(lane: RecordLane, record: ConsumerRecord, error: unknown, attempt: number): void {
    void this.#host.failures.record(this, lane, record, error, attempt);
  }

  failedBatch(job: BatchJob, error: unknown): void {
    void this.#host.failures.batch(this, job, error);
  }

  emptied(lane: RecordLane): void {
    this.#lanes.emptied(lane);
  }

  publish(
    topic: string,
    record: ProducerRecord,
    handling: readonly ConsumerRecord[],
  ): Promise<RecordMetadata> {
    return this.#host.publish(topic, record, 'publish', handling);
  }

  /** A failed record, to where the error policy wants it. */
  writeAway(
    topic: string,
    record: ProducerRecord,
    origin: 'deadLetter' | 'park',
  ): Promise<RecordMetadata> {
    return this.#host.publish(topic, record, origin);
  }

  async commitHandled(records: readonly ConsumerRecord[]): Promise<void> {
    if (!this.current)
      throw new CommitFencedError(
        `${formatPartition(this)} moved on, to another member or by a seek; the position was not stored. Let the handler end.`,
        { topic: this.topic, partition: this.partition },
      );
    let count = 0;
    for (const record of records) if (this.#settle(record)) count++;
    this.#settled(count);
    await this.#host.commitNow(this);
  }

  #enqueue(record: ConsumerRecord): void {
    if (!this.#completedBefore.over && this.#completedBefore.has(record.offset)) {
      this.tracker.complete(record.offset);
      return;
    }
    // A handler called by one of the records before may have stopped or moved the partition.
    if (!this.takesRecords) return;
    this.buffer.add(record.sizeBytes);
    if (this.#postponed?.take(record) === true) return;
    if (this.postpones) this.#arrived(record);
    this.#toLane(record);
  }

  #toLane(record: ConsumerRecord): void {
    if (this.#batchLane !== undefined) this.#batchLane.push(record);
    else this.#lanes.push(record);
  }

  /** What was parked and is due. */
  #takeDue(records: readonly ConsumerRecord[]): void {
    for (const record of records) {
      if (!this.takesRecords) return;
      this.#arrived(record);
      this.#toLane(record);
    }
    this.#batchLane?.wake();
  }

  /** In a retry topic a record has come when it is due. */
  #arrived(record: ConsumerRecord): void {
    this.arrivals.add([record], this.clock.now(), this.tracker.frontier().offset);
  }

  #settle(record: ConsumerRecord): boolean {
    if (!this.current || !this.tracker.complete(record.offset)) return false;
    if (this.takesRecords) this.buffer.remove(record.sizeBytes);
    return true;
  }

  #settled(count: number): void {
    if (count === 0) return;
    this.#host.finished(this, count);
    if (this.running && this.buffer.drained(this.tracker.span)) this.#host.room(this);
  }

  #rest(state: RunState): void {
    this.#state = state;
    this.#lanes.clear();
    this.#batchLane?.clear();
    this.#postponed?.clear();
    this.buffer.clear();
    this.#pauses.cutShort();
    this.#resting?.abort(notBegun);
  }

  #wake(): void {
    this.#lanes.wake();
    this.#batchLane?.wake();
  }
}
