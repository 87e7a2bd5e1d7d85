import { errorText } from '../model/error-text.ts';
import { PartitaError } from '../model/errors.ts';
import type { Logger } from '../model/logger.ts';
import type { ConsumerRecord } from '../model/record.ts';
import { formatPartition, type TopicPartition } from '../model/topic-partition.ts';
import type { CloseReason } from '../options/consumer-options.ts';
import type { Decision } from '../options/error-policy.ts';
import type { AssignedPartition, MembershipState } from '../ports/backend.ts';
import type { ConsumerCounts } from './consumer-status.ts';
import type { AppEvent, AppListener } from './events.ts';
import type { FailureReport } from './failures.ts';
import { notBegun } from './not-begun.ts';
import type { PartitionRun } from './partition-run.ts';

/** An event before its consumer's name is put on. */
type Unnamed<Event> = Event extends AppEvent ? Omit<Event, 'consumer'> : never;

/** Counts, logs and emits what happens in one consumer, and remembers what is wrong. Every fact goes out once. */
export class ConsumerReport implements FailureReport {
  readonly counts: ConsumerCounts = {
    handled: 0,
    failures: 0,
    retries: 0,
    deadLettered: 0,
    parked: 0,
    skipped: 0,
    commits: 0,
    commitFailures: 0,
    rebalances: 0,
  };
  readonly #name: string;
  readonly #log: Logger;
  readonly #listener: AppListener;
  /** What it is about → one sentence. */
  readonly #problems = new Map<string, string>();
  #sessionError: PartitaError | undefined;

  constructor(name: string, log: Logger, listener: AppListener) {
    this.#name = name;
    this.#log = log;
    this.#listener = listener;
  }

  problems(): readonly string[] {
    return [...this.#problems.values()];
  }

  /** What the session failed with last, while that goes on. */
  get sessionError(): PartitaError | undefined {
    return this.#sessionError;
  }

  /** The session works, or works again. */
  sessionWorks(): void {
    if (this.#sessionError === undefined) return;
    this.#sessionError = undefined;
    this.#problems.delete('session');
    this.#log.info('the session works again', { consumer: this.#name });
  }

  membership(state: MembershipState): void {
    if (state.state === 'joining') this.counts.rebalances++;
    if (state.state === 'stable') this.sessionWorks();
    this.#log.info(`member is ${state.state}`, { consumer: this.#name, ...state });
    this.#emit({ kind: 'membership', state });
  }

  assigned(partitions: readonly AssignedPartition[]): void {
    this.sessionWorks();
    this.#log.info('partitions assigned', this.#fields(partitions));
    this.#emit({
      kind: 'assigned',
      partitions: partitions.map(({ topic, partition, position }) => ({
        topic,
        partition,
        ...position,
      })),
    });
  }

  closed(partition: TopicPartition, reason: CloseReason): void {
    this.#log[reason === 'lost' ? 'warn' : 'info'](
      `partition ${reason}`,
      this.#fields([partition]),
    );
    this.#emit({ kind: 'closed', partition: this.#partition(partition), reason });
  }

  closeFailed(partition: TopicPartition, error: unknown): void {
    this.#log.error('close() of a partition failed', { ...this.#fields([partition]), error });
  }

  /** `open` failed when the partition was about to go anyway. */
  openAbandoned(partition: TopicPartition, error: unknown): void {
    this.#log.info('open() of a partition that moves on failed', {
      ...this.#fields([partition]),
      error,
    });
  }

  rewound(partition: TopicPartition, from: number, to: number): void {
    this.#log.warn(
      `the log of ${formatPartition(partition)} begins anew: reading had reached offset ${from} and goes on at ${to}`,
      this.#fields([partition]),
    );
  }

  committed(runs: readonly PartitionRun[], tookMs: number): void {
    this.counts.commits++;
    for (const run of runs) this.#problems.delete(`commit ${formatPartition(run)}`);
    this.#emit({
      kind: 'committed',
      tookMs,
      positions: runs.flatMap(({ topic, partition, committed }) =>
        committed === undefined ? [] : { topic, partition, ...committed },
      ),
    });
  }

  commitFailed(run: PartitionRun, error: PartitaError): void {
    this.counts.commitFailures++;
    this.#log.warn(`commit failed: ${error.message}`, { ...this.#fields([run]), code: error.code });
    if (run.current && error.code !== 'COMMIT_FENCED')
      this.#problems.set(
        `commit ${formatPartition(run)}`,
        `The position of ${formatPartition(run)} cannot be stored: ${error.message}`,
      );
    this.#emit({ kind: 'commitFailed', partition: this.#partition(run), error });
  }

  recordFailed(record: ConsumerRecord, error: unknown, attempt: number, decision: Decision): void {
    this.counts.failures++;
    if (decision.kind === 'retry') this.counts.retries++;
    // That it is skipped, or stops its partition, is told by the line that says so.
    const isToldAgain = decision.kind === 'skip' || decision.kind === 'stopPartition';
    const level = isToldAgain ? 'debug' : 'warn';
    this.#log[level](`record failed, ${decision.kind}`, {
      ...this.#record(record),
      attempt,
      error,
    });
    this.#emit({ kind: 'recordFailed', record, error, attempt, decision });
  }

  deadLettered(record: ConsumerRecord, topic: string): void {
    this.counts.deadLettered++;
    this.#problems.delete(writeProblem(record));
    this.#log.warn('record dead-lettered', { ...this.#record(record), deadLetterTopic: topic });
    this.#emit({ kind: 'deadLettered', record, topic });
  }

  parked(record: ConsumerRecord, topic: string, dueMs: number): void {
    this.counts.parked++;
    this.#problems.delete(writeProblem(record));
    this.#log.info('record parked', {
      ...this.#record(record),
      retryTopic: topic,
      dueMs,
    });
    this.#emit({ kind: 'parked', record, topic, dueMs });
  }

  writeFailed(record: ConsumerRecord, topic: string, error: unknown): void {
    const sentence = `${formatPartition(record)} waits at offset ${record.offset}: its record cannot be written to ${topic}: ${errorText(error)}`;
    this.#problems.set(writeProblem(record), sentence);
    this.#log.error(sentence, this.#record(record));
    const { topic: from, partition, offset } = record;
    this.#emit({
      kind: 'error',
      error: PartitaError.is(error)
        ? error
        : new PartitaError('UNAVAILABLE', sentence, {
            topic: from,
            partition,
            offset,
            cause: error,
            retriable: true,
          }),
      partition: this.#partition(record),
    });
  }

  leftBehind(record: ConsumerRecord, error: unknown, attempt: number): void {
    if (error === notBegun) {
      this.#log.debug(notBegun.message, this.#record(record));
      return;
    }
    this.counts.failures++;
    this.#log.warn('record failed while its partition was brought to rest; it will be read again', {
      ...this.#record(record),
      attempt,
      error,
    });
  }

  failedAfterCommit(record: ConsumerRecord, error: unknown): void {
    this.counts.failures++;
    const { topic, partition, offset } = record;
    const sentence = `The handler of ${this.#name} failed at offset ${offset} of ${formatPartition(record)} after it had called commit(): the record counts as handled. Call commit() last. The error: ${errorText(error)}`;
    this.#log.error(sentence, this.#record(record));
    this.#emit({
      kind: 'error',
      error: new PartitaError('HANDLER_FAILED', sentence, {
        topic,
        partition,
        offset,
        cause: error,
      }),
      partition: this.#partition(record),
    });
  }

  skipped(record: ConsumerRecord, error: unknown): void {
    this.counts.skipped++;
    this.#log.warn('record skipped', { ...this.#record(record), error });
    this.#emit({ kind: 'skipped', record, error });
  }

  partitionStopped(run: PartitionRun, error: unknown, record?: ConsumerRecord): void {
    const { offset } = record ?? run.tracker.frontier();
    const { topic, partition } = run;
    const where = `${formatPartition(run)} is stopped at offset ${offset}`;
    this.#problems.set(
      `partition ${formatPartition(run)}`,
      `${where}: ${errorText(error)}. resume() tries again.`,
    );
    const about = { consumer: this.#name, topic, partition, offset };
    this.#log.error(`${where}, resume() tries again`, { ...about, error });
    this.#emit({ kind: 'partitionStopped', partition: this.#partition(run), error });
  }

  /** Whatever was wrong with the partition is over, or not our concern any more. */
  resumed(partition: TopicPartition): void {
    const name = formatPartition(partition);
    for (const about of ['partition', 'commit', 'fetch']) this.#problems.delete(`${about} ${name}`);
    for (const about of [...this.#problems.keys()])
      if (about.startsWith(`write ${name}@`)) this.#problems.delete(about);
  }

  drainTimedOut(run: PartitionRun): void {
    this.#log.warn('handlers did not finish before the partition was given up', {
      ...this.#fields([run]),
      handlers: run.handlers,
    });
    this.#emit({
      kind: 'drainTimedOut',
      partition: this.#partition(run),
      unfinished: run.handlers,
    });
  }

  sessionFailed(error: PartitaError, partition?: TopicPartition): void {
    const about = partition === undefined ? 'session' : `fetch ${formatPartition(partition)}`;
    if (partition === undefined || !error.retriable) this.#problems.set(about, error.message);
    const known = partition === undefined && this.#sessionError?.code === error.code;
    if (partition === undefined) this.#sessionError = error;
    // One line for an outage, however often it is tried, and in whatever words each connection tells of it.
    const level = error.retriable ? (known ? 'debug' : 'warn') : 'error';
    this.#log[level](error.message, {
      consumer: this.#name,
      code: error.code,
      ...(partition !== undefined && { partition: formatPartition(partition) }),
    });
    this.#emit(
      partition === undefined ? { kind: 'error', error } : { kind: 'error', error, partition },
    );
  }

  #emit(event: Unnamed<AppEvent>): void {
    this.#listener({ consumer: this.#name, ...event } as AppEvent);
  }

  #partition({ topic, partition }: TopicPartition): TopicPartition {
    return { topic, partition };
  }

  #fields(partitions: readonly TopicPartition[]) {
    return { consumer: this.#name, partitions: partitions.map(formatPartition) };
  }

  #record({ topic, partition, offset }: ConsumerRecord) {
    return { consumer: this.#name, topic, partition, offset };
  }
}

/** Several records of a partition may wait for their write at once. */
function writeProblem(record: ConsumerRecord): string {
  return `write ${formatPartition(record)}@${record.offset}`;
}
