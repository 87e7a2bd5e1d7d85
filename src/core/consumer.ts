import type {
  AssignedPartition,
  Backend,
  GroupListener,
  GroupSession,
  MembershipState,
  RecordBatch,
} from './backend.ts';
import type { BatchJob } from './batch-lane.ts';
import type { Clock, Random } from './clock.ts';
import { Committer } from './committer.ts';
import type { CloseReason } from './consumer-options.ts';
import { ConsumerReport } from './consumer-report.ts';
import type { ConsumerStatus, PartitionStatus } from './consumer-status.ts';
import { PartitaError } from './errors.ts';
import type { AppListener } from './events.ts';
import { Failures } from './failures.ts';
import { handOver } from './hand-over.ts';
import type { Logger } from './logger.ts';
import { PartitionRun, type RunHost } from './partition-run.ts';
import { partitionStatus } from './partition-status.ts';
import type { Position } from './position.ts';
import type { ConsumerRecord, ProducerRecord, RecordMetadata } from './record.ts';
import type { RecordLane } from './record-lane.ts';
import type { ResolvedBuffer, ResolvedConsumerOptions } from './resolved-options.ts';
import { Slots } from './slots.ts';
import { TimeSlice } from './time-slice.ts';
import { formatPartition, type TopicPartition } from './topic-partition.ts';

/** What all partitions of one consumer may keep in memory together. */
const totalBytes = 64 * 1024 * 1024;
const leastBytesPerPartition = 1024 * 1024;

export interface ConsumerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly commitMetadataBytes: number;
  readonly emit: AppListener;
  publish(topic: string, record: ProducerRecord): Promise<RecordMetadata>;
}

/** One `consume` of an application while it runs: the engine's side of a group session. */
export class Consumer implements GroupListener, RunHost {
  readonly options: ResolvedConsumerOptions;
  readonly slots: Slots;
  readonly slice: TimeSlice;
  readonly clock: Clock;
  /** Resolves when the group has assigned partitions for the first time; rejects when that can never happen. */
  readonly joined: Promise<void>;
  /** Rejects when the session is dead for good. Never resolves. */
  readonly died: Promise<never>;
  readonly #deps: ConsumerDeps;
  readonly #runs = new Map<string, PartitionRun>();
  readonly #committer: Committer;
  readonly #failures: Failures;
  readonly #report: ConsumerReport;
  #session: GroupSession | undefined;
  #membership: MembershipState | undefined;
  #settleJoined: { resolve(): void; reject(error: unknown): void };
  #die: (error: unknown) => void;
  #stopping: Promise<void> | undefined;

  constructor(options: ResolvedConsumerOptions, deps: ConsumerDeps) {
    this.options = options;
    this.#deps = deps;
    this.clock = deps.clock;
    this.slots = new Slots(options.limit);
    this.slice = new TimeSlice(deps.clock);
    const joined = Promise.withResolvers<void>();
    const died = Promise.withResolvers<never>();
    // Whoever awaits them sees the error; nobody has to.
    joined.promise.catch(() => undefined);
    died.promise.catch(() => undefined);
    this.joined = joined.promise;
    this.died = died.promise;
    this.#settleJoined = joined;
    this.#die = died.reject;
    this.#report = new ConsumerReport(options.name, deps.log, deps.emit);
    this.#failures = new Failures(
      options.name,
      options.onError,
      deps.clock,
      deps.random,
      this.#report,
    );
    this.#committer = new Committer({
      clock: deps.clock,
      random: deps.random,
      policy: options.commit,
      metadataBytes: options.order === 'partition' ? 0 : deps.commitMetadataBytes,
      commit: (commits) => this.#liveSession().commit(commits),
      committed: (runs, tookMs) => this.#report.committed(runs, tookMs),
      failed: (run, error) => this.#report.commitFailed(run, error),
    });
  }

  get name(): string {
    return this.options.name;
  }

  /** @internal */
  start(backend: Backend): void {
    this.#session = backend.openGroup(this.options.group, this);
  }

  /** What the consumer is doing, for health, views and tests. */
  status(): ConsumerStatus {
    return {
      name: this.name,
      ...(this.options.group.group !== null && { group: this.options.group.group }),
      ...(this.#membership !== undefined && { membership: this.#membership }),
      counts: { ...this.#report.counts },
      problems: this.#report.problems(),
      partitions: [...this.#runs.values()].map((run): PartitionStatus => partitionStatus(run)),
    };
  }

  /** No new handler starts for these, and they are not fetched. All of them by default. */
  pause(partitions?: readonly TopicPartition[]): void {
    const runs = this.#select(partitions);
    for (const run of runs) run.pause();
    this.#session?.pause(runs);
  }

  /** Goes on; a partition that an error policy stopped tries its record again. */
  async resume(partitions?: readonly TopicPartition[]): Promise<void> {
    for (const run of this.#select(partitions)) {
      this.#report.resumed(run);
      if (run.state === 'stopped') await this.#moveTo(run, run.tracker.frontier());
      run.resume();
      if (!run.buffer.full) this.#session?.resume([run]);
    }
  }

  /** Goes on at another position, forwards or back, once running handlers have ended. */
  async seek(partition: TopicPartition, position: Position): Promise<void> {
    const run = this.#runs.get(formatPartition(partition));
    if (run === undefined)
      throw new PartitaError(
        'UNKNOWN_PARTITION',
        `Cannot seek in ${formatPartition(partition)}: ${this.name} does not own it now.`,
        partition,
      );
    await this.#moveTo(run, position);
    this.#report.resumed(run);
    if (!run.paused) this.#session?.resume([run]);
  }

  /** Stores the positions of all partitions now. */
  async commit(): Promise<void> {
    for (const run of [...this.#runs.values()]) await this.commitNow(run);
  }

  /** Asks the group to assign partitions anew. */
  requestRejoin(reason: string): void {
    this.#session?.requestRejoin(reason);
  }

  /** @internal Drains, commits, leaves. */
  stop(deadlineMs: number): Promise<void> {
    this.#stopping ??= this.#stop(deadlineMs);
    return this.#stopping;
  }

  /** @internal Ends without waiting for handlers. What they finished is lost work, to be repeated. */
  async abort(): Promise<void> {
    const reason = new PartitaError('CLOSED', `${this.name} was stopped by force.`);
    for (const run of this.#runs.values()) run.abort(reason);
    for (const run of [...this.#runs.values()]) this.#forget(run);
    this.#committer.close();
    await this.#session?.close({ leave: true });
  }

  /** @internal As a killed process: no commit, no farewell. */
  async crash(): Promise<void> {
    for (const run of [...this.#runs.values()]) this.#forget(run);
    this.#committer.close();
    await this.#session?.close({ leave: false });
  }

  // What the backend calls.

  assigned(added: readonly AssignedPartition[]): void {
    if (this.#stopping === undefined) for (const partition of added) this.#begin(partition);
    this.#shareBuffers();
    this.#report.assigned(added);
    this.#settleJoined.resolve();
  }

  async revoked(removed: readonly TopicPartition[], deadlineMs: number): Promise<void> {
    const runs = this.#select(removed);
    await this.#release(runs, 'revoked', Math.min(deadlineMs, this.options.drainTimeoutMs));
  }

  lost(removed: readonly TopicPartition[]): void {
    for (const run of this.#select(removed)) {
      run.abort(
        new PartitaError('COMMIT_FENCED', `${formatPartition(run)} was lost to another member.`, {
          topic: run.topic,
          partition: run.partition,
        }),
      );
      this.#forget(run);
      void this.#closed(run, 'lost');
    }
    this.#shareBuffers();
  }

  records(batch: RecordBatch): boolean {
    const run = this.#runs.get(formatPartition(batch));
    return run === undefined ? false : run.accept(batch);
  }

  failed(error: PartitaError, partition?: TopicPartition): void {
    this.#report.sessionFailed(error, partition);
    if (error.retriable || partition !== undefined) return;
    this.#settleJoined.reject(error);
    this.#die(error);
  }

  membership(state: MembershipState): void {
    this.#membership = state;
    this.#report.membership(state);
  }

  // What partitions call.

  publish(topic: string, record: ProducerRecord): Promise<RecordMetadata> {
    return this.#deps.publish(topic, record);
  }

  finished(run: PartitionRun, count: number): void {
    this.#report.counts.handled += count;
    if (this.options.group.group !== null) this.#committer.finished(run, count);
  }

  async commitNow(run: PartitionRun): Promise<void> {
    if (this.options.group.group !== null) await this.#committer.now(run);
  }

  room(run: PartitionRun): void {
    this.#session?.resume([run]);
  }

  recordFailed(
    run: PartitionRun,
    lane: RecordLane,
    record: ConsumerRecord,
    error: unknown,
    attempt: number,
  ): void {
    void this.#failures.record(run, lane, record, error, attempt);
  }

  batchFailed(run: PartitionRun, job: BatchJob, error: unknown): void {
    void this.#failures.batch(run, job, error);
  }

  batchRecordsFailed(run: PartitionRun, job: BatchJob): void {
    void this.#failures.batchRecords(run, job);
  }

  #begin(assigned: AssignedPartition): void {
    const run = new PartitionRun(this, assigned, this.options.buffer);
    this.#runs.set(formatPartition(run), run);
    // Without a stored position, `latest` would be a later place after a crash, and records in between be skipped.
    if (!assigned.committed && this.options.commit.everyMs !== Number.POSITIVE_INFINITY)
      this.finished(run, 0);
    void this.#open(run);
  }

  async #open(run: PartitionRun): Promise<void> {
    try {
      await this.options.open?.({ topic: run.topic, partition: run.partition, signal: run.signal });
      run.activate();
    } catch (error) {
      run.stop(error);
      this.#report.partitionStopped(run, error);
    }
  }

  async #moveTo(run: PartitionRun, position: Position): Promise<void> {
    this.#session?.pause([run]);
    await handOver([run], this.options.drainTimeoutMs, this.#handOverDeps());
    if (!run.current) return;
    run.restartAt(position);
    this.#session?.seek(run, position);
  }

  async #release(
    runs: readonly PartitionRun[],
    reason: CloseReason,
    deadlineMs: number,
  ): Promise<void> {
    await handOver(runs, deadlineMs, this.#handOverDeps());
    const owned = runs.filter((run) => this.#forget(run));
    this.#shareBuffers();
    await Promise.all(owned.map((run) => this.#closed(run, reason)));
  }

  /** False when it was forgotten before. */
  #forget(run: PartitionRun): boolean {
    run.close();
    this.#committer.forget(run);
    const key = formatPartition(run);
    if (this.#runs.get(key) !== run) return false;
    this.#report.resumed(run);
    return this.#runs.delete(key);
  }

  async #closed(run: PartitionRun, reason: CloseReason): Promise<void> {
    const partition = { topic: run.topic, partition: run.partition };
    try {
      await this.options.close?.(partition, reason);
    } catch (error) {
      this.#report.closeFailed(run, error);
    }
    this.#report.closed(run, reason);
  }

  async #stop(deadlineMs: number): Promise<void> {
    const runs = [...this.#runs.values()];
    await this.#release(runs, 'stopped', Math.min(deadlineMs, this.options.drainTimeoutMs));
    this.#committer.close();
    await this.#session?.close({ leave: true });
  }

  #handOverDeps() {
    return {
      clock: this.clock,
      committer: this.#committer,
      timedOut: (run: PartitionRun) => this.#report.drainTimedOut(run),
    };
  }

  #select(partitions?: readonly TopicPartition[]): PartitionRun[] {
    if (partitions === undefined) return [...this.#runs.values()];
    return partitions.flatMap((partition) => this.#runs.get(formatPartition(partition)) ?? []);
  }

  #shareBuffers(): void {
    const share = Math.max(
      leastBytesPerPartition,
      Math.floor(totalBytes / Math.max(1, this.#runs.size)),
    );
    const { buffer } = this.options;
    const highBytes = Math.min(buffer.highBytes, share);
    const limits: ResolvedBuffer = {
      ...buffer,
      highBytes,
      lowBytes: Math.min(buffer.lowBytes, highBytes / 2),
    };
    for (const run of this.#runs.values()) run.buffer.setLimits(limits);
  }

  #liveSession(): GroupSession {
    if (this.#session === undefined)
      throw new PartitaError('CLOSED', `${this.name} has not been started.`);
    return this.#session;
  }
}
