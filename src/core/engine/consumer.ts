import type { Clock, Random } from '../model/clock.ts';
import { InvalidConfigError, PartitaError } from '../model/errors.ts';
import type { Logger } from '../model/logger.ts';
import type { PartitionPosition, Position } from '../model/position.ts';
import type { ConsumerRecord, ProducerRecord, RecordMetadata } from '../model/record.ts';
import { formatPartition, type TopicPartition } from '../model/topic-partition.ts';
import type { Middleware, MiddlewareEnv, ProduceOrigin } from '../options/middleware.ts';
import type { ResolvedConsumerOptions } from '../options/resolved-options.ts';
import type {
  AssignedPartition,
  Backend,
  GroupListener,
  GroupSession,
  MembershipState,
  RecordBatch,
} from '../ports/backend.ts';
import { Committer } from './committer.ts';
import { ConsumerReport } from './consumer-report.ts';
import type { ConsumerStatus, PartitionStatus } from './consumer-status.ts';
import type { AppListener } from './events.ts';
import { Failures } from './failures.ts';
import type { HandOverDeps } from './hand-over.ts';
import type { OwnedPartition } from './owned-partition.ts';
import { OwnedPartitions } from './owned-partitions.ts';
import type { PartitionRun } from './partition-run.ts';
import { partitionStatus } from './partition-status.ts';
import { produceMiddleware, sendThrough } from './produce-chain.ts';
import { sendOne } from './send-one.ts';
import { Slots } from './slots.ts';
import { TimeSlice } from './time-slice.ts';

/** What `close` of a partition gets when a stop is forced, in milliseconds. */
const forcedCloseMs = 1_000;

export interface ConsumerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly commitMetadataBytes: number;
  readonly emit: AppListener;
  readonly env: MiddlewareEnv;
  /** Writes, behind all middleware. */
  send(topic: string, records: readonly ProducerRecord[]): Promise<readonly RecordMetadata[]>;
}

/** One `consume` of an application while it runs: the engine's side of a group session. */
export class Consumer implements GroupListener {
  readonly options: ResolvedConsumerOptions;
  readonly slots: Slots;
  readonly slice: TimeSlice;
  readonly clock: Clock;
  /** @internal */
  readonly env: MiddlewareEnv;
  /** @internal */
  readonly report: ConsumerReport;
  /** @internal */
  readonly failures: Failures;
  /** @internal */
  readonly handOverDeps: HandOverDeps;
  /** Resolves when the group has assigned partitions for the first time; rejects when that can never happen. */
  readonly joined: Promise<void>;
  /** Rejects when the session is dead for good. Never resolves. */
  readonly died: Promise<never>;
  readonly #deps: ConsumerDeps;
  readonly #owned: OwnedPartitions;
  readonly #committer: Committer;
  /** Aborted when a stop is forced: nothing is waited for any longer. */
  readonly #cut = new AbortController();
  readonly #settleJoined: { resolve(): void; reject(error: unknown): void };
  readonly #writers: Readonly<Record<Exclude<ProduceOrigin, 'producer'>, readonly Middleware[]>>;
  readonly #die: (error: unknown) => void;
  #session: GroupSession | undefined;
  #membership: MembershipState | undefined;
  #hasJoined = false;
  #stopping: Promise<void> | undefined;

  constructor(options: ResolvedConsumerOptions, deps: ConsumerDeps) {
    const { clock, random } = deps;
    this.options = options;
    this.#deps = deps;
    this.clock = clock;
    this.env = deps.env;
    this.#writers = {
      publish: produceMiddleware(options.middleware, 'publish'),
      deadLetter: produceMiddleware(options.middleware, 'deadLetter'),
      park: produceMiddleware(options.middleware, 'park'),
    };
    this.slots = new Slots(options.limit);
    this.slice = new TimeSlice(clock);
    const joined = Promise.withResolvers<void>();
    const died = Promise.withResolvers<never>();
    // Whoever awaits them sees the error; nobody has to.
    joined.promise.catch(() => undefined);
    died.promise.catch(() => undefined);
    this.joined = joined.promise;
    this.died = died.promise;
    this.#settleJoined = joined;
    this.#die = died.reject;
    this.report = new ConsumerReport(options.name, deps.log, deps.emit);
    this.failures = new Failures(options.name, options.onError, random, this.report);
    // One record at a time leaves nothing finished beyond the frontier.
    const finishesAhead = options.order !== 'partition' || options.handleBatch !== undefined;
    this.#committer = new Committer({
      clock,
      random,
      policy: options.commit,
      metadataBytes: finishesAhead ? deps.commitMetadataBytes : 0,
      commit: (commits) => this.session.commit(commits),
      committed: (runs, tookMs) => this.report.committed(runs, tookMs),
      failed: (run, error) => this.report.commitFailed(run, error),
    });
    this.handOverDeps = {
      clock,
      cut: this.#cut.signal,
      committer: this.#committer,
      drainTimedOut: (run) => this.report.drainTimedOut(run),
    };
    // It is their host without saying so above: half of that is internal, and left out of the published types.
    this.#owned = new OwnedPartitions(this);
  }

  get name(): string {
    return this.options.name;
  }

  /** @internal */
  get session(): GroupSession {
    if (this.#session === undefined)
      throw new PartitaError('CLOSED', `${this.name} has not been started: call start() first.`);
    return this.#session;
  }

  /** @internal */
  start(backend: Backend): void {
    this.#session = backend.openGroup(this.options.group, this);
  }

  /** What the consumer is doing, for health, views and tests. */
  status(): ConsumerStatus {
    const { group } = this.options.group;
    const problems = [...this.report.problems()];
    if (!this.#hasJoined) problems.push('It has not joined its group yet.');
    return {
      name: this.name,
      ...(group !== null && { group }),
      ...(this.#membership !== undefined && { membership: this.#membership }),
      counts: { ...this.report.counts },
      problems,
      partitions: this.#owned.runs.map((run): PartitionStatus => partitionStatus(run)),
    };
  }

  /** @internal Partitions whose end nobody has told of lately. */
  get unknownEnds(): readonly TopicPartition[] {
    return this.#owned.runs.filter(({ wantsEnd }) => wantsEnd);
  }

  /** @internal Where the logs of these end, from whoever has asked. */
  learnEnds(ends: readonly PartitionPosition[]): void {
    for (const end of ends) this.#owned.get(end)?.run.learnEnd(end.offset);
  }

  /** No new handler starts for these, and they are not fetched. All that are owned now by default. */
  pause(partitions?: readonly TopicPartition[]): void {
    const parts = this.#owned.select(partitions);
    for (const part of parts) part.pause();
    this.#session?.pause(parts.map(({ topic, partition }) => ({ topic, partition })));
  }

  /**
   * Goes on; a partition that an error stopped tries its first unfinished record again, and `open` where that had failed.
   *
   * @throws CommitFencedError when a stopped partition is given up meanwhile.
   */
  async resume(partitions?: readonly TopicPartition[]): Promise<void> {
    const parts = this.#owned.select(partitions);
    await Promise.all(parts.map((part) => part.resume()));
  }

  /**
   * Goes on at another position, forwards or back, once running handlers have ended, at most after `drainTimeoutMs`. What
   * is finished beyond is forgotten. Not to be awaited by a handler of the same partition: it would wait for itself.
   *
   * @throws PartitaError when the partition is not owned (any more) or the position is no position.
   */
  async seek(partition: TopicPartition, position: Position): Promise<void> {
    if (!Number.isSafeInteger(position.offset) || position.offset < 0)
      throw new InvalidConfigError('position to seek', [
        `offset is ${position.offset}, expected a whole number of at least 0`,
      ]);
    const part = this.#owned.get(partition);
    if (part === undefined)
      throw new PartitaError(
        'UNKNOWN_PARTITION',
        `Cannot seek in ${formatPartition(partition)}: ${this.name} does not own it now.`,
        { topic: partition.topic, partition: partition.partition },
      );
    await part.seek(position);
  }

  /** Stores the positions of all partitions now. */
  async commit(): Promise<void> {
    const { runs } = this.#owned;
    if (this.#stores && runs.length > 0) await this.#committer.now(runs);
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

  /** @internal Ends without waiting for handlers. What they finished and was not stored will be repeated. */
  async abort(): Promise<void> {
    this.#stopping ??= Promise.resolve();
    const parts = this.#drop(`${this.name} was stopped by force.`);
    await Promise.all(parts.map((part) => this.#owned.close(part, 'stopped', forcedCloseMs)));
    await this.#session?.close({ leave: true });
  }

  /** @internal As a killed process: no commit, no farewell. */
  async crash(): Promise<void> {
    this.#stopping ??= Promise.resolve();
    this.#drop(`${this.name} has crashed.`);
    await this.#session?.close({ leave: false });
  }

  // What the backend calls.

  assigned(added: readonly AssignedPartition[]): void {
    if (this.#stopping === undefined) this.#owned.begin(added);
    this.report.assigned(added);
    this.#hasJoined = true;
    this.#settleJoined.resolve();
  }

  async revoked(removed: readonly TopicPartition[], deadlineMs: number): Promise<void> {
    const limitMs = Math.min(deadlineMs, this.options.drainTimeoutMs);
    await this.#owned.release(this.#owned.select(removed), 'revoked', limitMs);
  }

  lost(removed: readonly TopicPartition[]): void {
    this.#owned.lose(removed);
  }

  records(batch: RecordBatch): boolean {
    return this.#owned.get(batch)?.accept(batch) ?? false;
  }

  failed(error: PartitaError, partition?: TopicPartition): void {
    this.report.sessionFailed(error, partition);
    if (error.retriable) return;
    if (partition !== undefined) {
      this.#owned.get(partition)?.standStill();
      return;
    }
    this.#settleJoined.reject(error);
    this.#die(error);
  }

  recovered(): void {
    this.report.sessionWorks();
  }

  membership(state: MembershipState): void {
    this.#membership = state;
    this.report.membership(state);
  }

  // What partitions call.

  async publish(
    topic: string,
    record: ProducerRecord,
    origin: Exclude<ProduceOrigin, 'producer'>,
    handling?: readonly ConsumerRecord[],
  ): Promise<RecordMetadata> {
    const { send } = this.#deps;
    const middleware = this.#writers[origin];
    const records = [record];
    if (middleware.length === 0) return sendOne(() => send(topic, records));
    const from = handling === undefined ? {} : { handling };
    const { name: consumer, env } = this;
    const write = { topic, records, origin, consumer, ...from, env, middleware };
    return sendOne(() => sendThrough(write, (all) => send(topic, all)));
  }

  finished(run: PartitionRun, count: number): void {
    this.report.counts.handled += count;
    if (this.#stores) this.#committer.finished(run, count);
  }

  async commitNow(run: PartitionRun): Promise<void> {
    if (this.#stores) await this.#committer.now([run]);
  }

  room({ topic, partition }: PartitionRun): void {
    this.#session?.resume([{ topic, partition }]);
  }

  get #stores(): boolean {
    return this.options.group.group !== null;
  }

  async #stop(deadlineMs: number): Promise<void> {
    this.#settleJoined.reject(this.#closedError());
    const limitMs = Math.min(deadlineMs, this.options.drainTimeoutMs);
    await this.#owned.release(this.#owned.select(), 'stopped', limitMs);
    await this.#owned.closed(limitMs);
    this.#committer.close();
    await this.#session?.close({ leave: true });
  }

  /** Lets go of everything at once; what was owned. */
  #drop(why: string): OwnedPartition[] {
    this.#settleJoined.reject(this.#closedError());
    this.#cut.abort();
    this.#committer.close();
    return this.#owned.drop(why);
  }

  #closedError(): PartitaError {
    return new PartitaError('CLOSED', `${this.name} was stopped before it had joined its group.`);
  }
}
