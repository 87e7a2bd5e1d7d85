import { Backoff } from './backoff.ts';
import type { CommitFailure, GroupSession, PartitionCommit } from './backend.ts';
import { type Cancel, type Clock, type Random, sleep } from './clock.ts';
import { encodeCompleted } from './completed-offsets.ts';
import { PartitaError } from './errors.ts';
import type { PartitionRun } from './partition-run.ts';
import type { ResolvedCommitPolicy } from './resolved-options.ts';

export interface CommitterOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: ResolvedCommitPolicy;
  /** 0: finished work beyond the frontier is not written down. */
  readonly metadataBytes: number;
  commit: GroupSession['commit'];
  committed(runs: readonly PartitionRun[], tookMs: number): void;
  failed(run: PartitionRun, error: PartitaError): void;
}

const firstRetryMs = 100;
const maxRetryMs = 5_000;

/** Stores frontiers: one request at a time, for all partitions that moved, as often as the policy says. */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #backoff: Backoff;
  readonly #dirty = new Set<PartitionRun>();
  #finished = 0;
  #timer: Cancel | undefined;
  #inFlight: Promise<void> | undefined;
  #flushQueued = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.random, firstRetryMs, maxRetryMs);
  }

  /** A partition's frontier may have moved. */
  finished(run: PartitionRun, count: number): void {
    this.#dirty.add(run);
    this.#finished += count;
    const { everyRecords, everyMs } = this.#options.policy;
    if (this.#finished >= everyRecords) this.#flushSoon();
    else if (everyMs !== Number.POSITIVE_INFINITY) this.#arm(everyMs);
  }

  /** Stores this partition's frontier now; rejects when that fails. */
  async now(run: PartitionRun): Promise<void> {
    const [failure] = await this.#flush([run]);
    if (failure !== undefined) throw failure.error;
  }

  /** Stores these before they are given up: tried again until it works, is fenced, or `deadline` (clock time) is over. */
  async settle(runs: readonly PartitionRun[], deadline: number): Promise<void> {
    const { clock, random } = this.#options;
    const backoff = new Backoff(random, firstRetryMs, 1_000);
    for (;;) {
      const open = runs.filter((run) => this.#dirty.has(run) && run.current);
      if (open.length === 0) return;
      const failures = await this.#flush(open);
      if (failures.every(({ error }) => !error.retriable)) return;
      const delayMs = backoff.next();
      if (clock.now() + delayMs >= deadline) return;
      await sleep(clock, delayMs);
    }
  }

  forget(run: PartitionRun): void {
    this.#dirty.delete(run);
  }

  close(): void {
    this.#dirty.clear();
    this.#timer?.();
    this.#timer = undefined;
  }

  #arm(delayMs: number): void {
    this.#timer ??= this.#options.clock.schedule(delayMs, () => {
      this.#timer = undefined;
      this.#flushSoon();
    });
  }

  /** Everything dirty, in the background; calls while one is under way join the next. */
  #flushSoon(): void {
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    void this.#flushAll();
  }

  async #flushAll(): Promise<void> {
    while (this.#inFlight !== undefined) await this.#inFlight;
    this.#flushQueued = false;
    const failures = await this.#flush([...this.#dirty]);
    if (failures.some(({ error }) => error.retriable)) this.#arm(this.#backoff.next());
    else this.#backoff.reset();
  }

  async #flush(runs: readonly PartitionRun[]): Promise<readonly CommitFailure[]> {
    while (this.#inFlight !== undefined) await this.#inFlight;
    const sent = runs.filter((run) => run.current);
    if (sent.length === 0) return [];
    this.#finished = 0;
    const commits = sent.map((run) => this.#commitOf(run));
    for (const run of sent) this.#dirty.delete(run);
    let done = () => {};
    this.#inFlight = new Promise((resolve) => {
      done = resolve;
    });
    try {
      const failures = await this.#send(commits);
      this.#account(sent, commits, failures);
      return failures;
    } finally {
      this.#inFlight = undefined;
      done();
    }
  }

  async #send(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]> {
    try {
      return await this.#options.commit(commits);
    } catch (cause) {
      const error = PartitaError.is(cause)
        ? cause
        : new PartitaError('INTERNAL', `The commit failed: ${String(cause)}.`, { cause });
      return commits.map(({ topic, partition }) => ({ topic, partition, error }));
    }
  }

  #account(
    sent: readonly PartitionRun[],
    commits: readonly PartitionCommit[],
    failures: readonly CommitFailure[],
  ): void {
    const stored: PartitionRun[] = [];
    for (const [index, run] of sent.entries()) {
      const failure = failures.find(
        ({ topic, partition }) => topic === run.topic && partition === run.partition,
      );
      if (failure === undefined) {
        run.committed = commits[index]?.position;
        stored.push(run);
        continue;
      }
      if (failure.error.retriable && run.current) this.#dirty.add(run);
      this.#options.failed(run, failure.error);
    }
    if (stored.length > 0) this.#options.committed(stored, this.#tookMs());
  }

  #tookMs(): number {
    return this.#options.clock.now() - this.#startedAt;
  }

  #startedAt = 0;

  #commitOf(run: PartitionRun): PartitionCommit {
    this.#startedAt = this.#options.clock.now();
    const position = run.tracker.frontier();
    const { metadataBytes } = this.#options;
    const metadata =
      metadataBytes === 0 || run.tracker.unfinished === 0
        ? ''
        : encodeCompleted(position.offset, run.tracker.completedRuns(), metadataBytes);
    return { topic: run.topic, partition: run.partition, epoch: run.epoch, position, metadata };
  }
}
