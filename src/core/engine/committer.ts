import { Backoff } from '../model/backoff.ts';
import { type Cancel, type Clock, type Random, sleep } from '../model/clock.ts';
import { errorText } from '../model/error-text.ts';
import { CommitFencedError, PartitaError } from '../model/errors.ts';
import { formatPartition } from '../model/topic-partition.ts';
import type { ResolvedCommitPolicy } from '../options/resolved-options.ts';
import type { GroupSession, PartitionCommit } from '../ports/backend.ts';
import { encodeCompleted } from './completed-offsets.ts';
import type { PartitionRun } from './partition-run.ts';

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

/** What could not be stored by a request, and why. */
type Failures = ReadonlyMap<PartitionRun, PartitaError>;

const firstRetryMs = 100;
const maxRetryMs = 5_000;

/** Stores frontiers: one request at a time, for all partitions that moved, as often as the policy says. */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #backoff: Backoff;
  /** Runs whose frontier may have moved since it was sent. */
  readonly #dirty = new Set<PartitionRun>();
  /** Records finished since the policy stored last. */
  #finished = 0;
  #timer: Cancel | undefined;
  #retry: Cancel | undefined;
  #flushing = false;
  #closed = false;
  /** The request under way, and the one that is sent after it. */
  #inFlight: Promise<Failures> | undefined;
  #next: { readonly runs: Set<PartitionRun>; readonly sent: Promise<Failures> } | undefined;
  /** The next request takes along whatever is dirty when it is sent. */
  #nextIsFlush = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.random, firstRetryMs, maxRetryMs);
  }

  /** A partition's frontier may have moved. */
  finished(run: PartitionRun, count: number): void {
    if (this.#closed) return;
    this.#dirty.add(run);
    this.#finished += count;
    this.#schedule();
  }

  /** A partition begins at a place that nothing stored names. */
  began(run: PartitionRun): void {
    const { everyRecords, everyMs } = this.#options.policy;
    if (everyRecords === Number.POSITIVE_INFINITY && everyMs === Number.POSITIVE_INFINITY) return;
    this.finished(run, 0);
    void this.#flush();
  }

  /** Stores these frontiers now, whatever the policy; rejects when one of them could not be. */
  async now(runs: readonly PartitionRun[]): Promise<void> {
    const failures = await this.#request(runs);
    for (const run of runs) {
      const error = failures.get(run);
      if (error !== undefined) throw error;
    }
  }

  /** Stores these before they are given up: tried again until it works, is hopeless, or `deadline` (clock time) is over. */
  async settle(runs: readonly PartitionRun[], deadline: number): Promise<void> {
    const { clock, random } = this.#options;
    const backoff = new Backoff(random, firstRetryMs, 1_000);
    for (;;) {
      // A request under way may carry one of these, and fail; so may the one that was waiting for it.
      while (this.#inFlight !== undefined) await this.#inFlight;
      const open = runs.filter((run) => this.#dirty.has(run) && run.current);
      if (open.length === 0) return;
      const failures = await this.#request(open);
      if (!open.some((run) => failures.get(run)?.retriable)) return;
      const delayMs = backoff.next();
      if (clock.now() + delayMs >= deadline) return;
      await sleep(clock, delayMs);
    }
  }

  forget(run: PartitionRun): void {
    this.#dirty.delete(run);
  }

  close(): void {
    this.#closed = true;
    this.#dirty.clear();
    this.#timer?.();
    this.#retry?.();
  }

  #schedule(): void {
    const { everyRecords, everyMs } = this.#options.policy;
    // After a failure the backoff says when, and not the next record.
    if (this.#flushing || this.#retry !== undefined || this.#closed) return;
    if (this.#finished >= everyRecords) void this.#flush();
    else if (everyMs !== Number.POSITIVE_INFINITY && this.#dirty.size > 0)
      this.#timer ??= this.#options.clock.schedule(everyMs, () => {
        this.#timer = undefined;
        void this.#flush();
      });
  }

  /** Everything dirty, in the background. What gets dirty meanwhile waits for its end. */
  async #flush(): Promise<void> {
    if (this.#flushing || this.#closed) return;
    this.#flushing = true;
    this.#finished = 0;
    this.#nextIsFlush = true;
    const failures = await this.#request([]);
    this.#flushing = false;
    const open = [...failures].some(([run]) => this.#dirty.has(run));
    if (!open) this.#backoff.reset();
    else if (!this.#closed)
      this.#retry ??= this.#options.clock.schedule(this.#backoff.next(), () => {
        this.#retry = undefined;
        void this.#flush();
      });
    this.#schedule();
  }

  /** Takes part in the next request. */
  #request(runs: Iterable<PartitionRun>): Promise<Failures> {
    if (this.#next === undefined) {
      const all = new Set<PartitionRun>();
      this.#next = { runs: all, sent: this.#send(all) };
    }
    for (const run of runs) this.#next.runs.add(run);
    return this.#next.sent;
  }

  async #send(runs: ReadonlySet<PartitionRun>): Promise<Failures> {
    // Never sent at once: what is asked for in the same step, or while a request is under way, goes together.
    await this.#inFlight;
    this.#next = undefined;
    const all = this.#nextIsFlush ? new Set([...runs, ...this.#dirty]) : runs;
    this.#nextIsFlush = false;
    const stored = this.#store([...all]);
    this.#inFlight = stored;
    const failures = await stored;
    if (this.#inFlight === stored) this.#inFlight = undefined;
    return failures;
  }

  async #store(runs: readonly PartitionRun[]): Promise<Failures> {
    const failures = new Map<PartitionRun, PartitaError>();
    for (const run of runs) if (!run.current) failures.set(run, movedOn(run));
    const sent = runs.filter((run) => run.current);
    if (sent.length === 0) return failures;
    for (const run of sent) this.#dirty.delete(run);
    const commits = sent.map((run) => this.#commitOf(run));
    const startedAt = this.#options.clock.now();
    const errors = await this.#call(commits);
    const stored: PartitionRun[] = [];
    for (const [index, run] of sent.entries()) {
      const error = errors.get(formatPartition(run));
      if (error === undefined) {
        run.committed = commits[index]?.position;
        stored.push(run);
        continue;
      }
      failures.set(run, error);
      // Fenced: the backend is about to take the partition away. Anything else may pass, also a refused permission.
      if (run.current && error.code !== 'COMMIT_FENCED' && !this.#closed) this.#dirty.add(run);
      this.#options.failed(run, error);
    }
    if (stored.length > 0) this.#options.committed(stored, this.#options.clock.now() - startedAt);
    return failures;
  }

  /** What failed, by partition. */
  async #call(commits: readonly PartitionCommit[]): Promise<ReadonlyMap<string, PartitaError>> {
    try {
      const failures = await this.#options.commit(commits);
      return new Map(failures.map((failure) => [formatPartition(failure), failure.error]));
    } catch (cause) {
      const error = PartitaError.is(cause)
        ? cause
        : new PartitaError(
            'INTERNAL',
            `The commit failed in a way the backend does not know: ${errorText(cause)}. It is tried again; please report it.`,
            { cause, retriable: true },
          );
      return new Map(commits.map((commit) => [formatPartition(commit), error]));
    }
  }

  #commitOf(run: PartitionRun): PartitionCommit {
    const position = run.tracker.frontier();
    const { metadataBytes } = this.#options;
    const metadata =
      metadataBytes === 0
        ? ''
        : encodeCompleted(position.offset, run.completedRuns(), metadataBytes);
    const { topic, partition, epoch } = run;
    return { topic, partition, epoch, position, metadata };
  }
}

function movedOn(run: PartitionRun): CommitFencedError {
  const { topic, partition } = run;
  return new CommitFencedError(
    `${formatPartition(run)} moved on while its position was to be stored; it was not. Let the handler end.`,
    { topic, partition },
  );
}
