import {
  type BackendEnv,
  type Cancel,
  type CommitFailure,
  CommitFencedError,
  formatPartition,
  PartitaError,
  type PartitionCommit,
} from '../../../core/index.ts';
import { errorCode } from '../../../protocol/index.ts';
import { retryDelayMs } from '../retry-delay.ts';
import { describeKafkaCode, isRetriableKafkaCode, kafkaError } from '../wire/kafka-error.ts';
import { CommitQueue, type QueuedCommit } from './commit-queue.ts';
import type { Coordinator } from './coordinator.ts';
import type { MemberIdentity } from './member-identity.ts';
import { type CommitAnswer, sendCommit } from './offset-commit.ts';
import type { Ownership } from './ownership.ts';

/** How long a commit is tried before the engine is told and decides. */
const PATIENCE_MS = 5_000;

export interface CommitsDeps {
  readonly env: BackendEnv;
  readonly group: string;
  readonly instanceId: string | undefined;
  readonly coordinator: Coordinator;
  readonly ownership: Ownership;
  /** Under whose name to commit; `null` while the member does not know its generation. */
  readonly identity: () => MemberIdentity | null;
  /** What the coordinator said of our membership. @returns whether the same commit may succeed later */
  readonly told: (code: number, sentAs: MemberIdentity) => boolean;
}

/**
 * Stores positions in the group, fenced by generation: what is not ours any more is refused here, what the coordinator
 * knows better is refused there.
 *
 * One request at a time, so that the order of two commits of a partition is the order of the calls; what comes meanwhile is
 * gathered into the next. A commit in the middle of a rebalance is sent again when the member knows its new generation,
 * if the partition is still ours then.
 */
export class Commits {
  readonly #deps: CommitsDeps;
  readonly #queue = new CommitQueue();
  #closed = false;
  /** Calls off the request that is under way. */
  #limit: AbortController | undefined;
  #sending = false;
  #failures = 0;
  #retry: Cancel | undefined;

  constructor(deps: CommitsDeps) {
    this.#deps = deps;
  }

  /** Resolves with the partitions that failed. @throws PartitaError `CLOSED` */
  commit(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]> {
    if (this.#closed) return Promise.reject(closed(this.#deps.group));
    if (commits.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const failures: CommitFailure[] = [];
      let open = commits.length;
      for (const commit of commits) {
        const { topic, partition } = commit;
        this.#queue.add(commit, this.#deps.env.clock.now(), (error) => {
          if (error !== null) failures.push({ topic, partition, error });
          if (--open === 0) resolve(failures);
        });
      }
      this.wake();
    });
  }

  /** Sends what waits, at once. To be called when the member has settled in a new generation. */
  wake(): void {
    this.#retry?.();
    this.#retry = undefined;
    if (this.#sending || this.#queue.size === 0) return;
    this.#sending = true;
    void this.#flush();
  }

  /** What is still waiting fails with `CLOSED`; it may or may not have been stored. */
  close(): void {
    this.#closed = true;
    this.#limit?.abort();
    this.#retry?.();
    for (const queued of this.#queue.takeAll()) settle(queued, closed(this.#deps.group));
  }

  /** Never rejects. */
  async #flush(): Promise<void> {
    const ready: QueuedCommit[] = [];
    for (const queued of this.#queue.takeAll()) {
      const fenced = this.#fence(queued);
      if (fenced === undefined) ready.push(queued);
      else settle(queued, fenced);
    }
    if (ready.length > 0) await this.#send(ready);
    this.#sending = false;
    if (this.#queue.size > 0 && !this.#closed) this.#wakeLater();
  }

  #wakeLater(): void {
    const { clock, random } = this.#deps.env;
    if (this.#failures === 0) this.wake();
    else this.#retry = clock.schedule(retryDelayMs(this.#failures + 1, random), () => this.wake());
  }

  async #send(ready: readonly QueuedCommit[]): Promise<void> {
    const identity = this.#deps.identity();
    if (identity === null) {
      this.#again(ready.map((queued) => ({ queued, error: unsettled(this.#deps.group) })));
      return;
    }
    const limit = new AbortController();
    const cancel = this.#deps.env.clock.schedule(PATIENCE_MS, () => limit.abort());
    this.#limit = limit;
    const { signal } = limit;
    try {
      const commits = ready.map(({ commit }) => commit);
      const codes = await sendCommit(
        { ...this.#deps, identity, signal, timeoutMs: PATIENCE_MS },
        commits,
      );
      this.#read(ready, codes, identity);
    } catch (error) {
      this.#giveUp(ready, error, signal.aborted);
    } finally {
      cancel();
    }
  }

  #read(ready: readonly QueuedCommit[], codes: CommitAnswer, identity: MemberIdentity): void {
    const again: Refused[] = [];
    for (const queued of ready) {
      const { commit } = queued;
      const code = codes.get(formatPartition(commit)) ?? errorCode.UNKNOWN_SERVER_ERROR;
      if (code === errorCode.NONE) {
        settle(queued, null);
        continue;
      }
      const aboutUs = aboutMembership.has(code);
      // A topic that was created just now may not be known to the coordinator yet.
      const later = aboutUs
        ? this.#deps.told(code, identity)
        : isRetriableKafkaCode(code) || code === errorCode.UNKNOWN_TOPIC_OR_PARTITION;
      const error = later && aboutUs ? unsettled(this.#deps.group) : this.#refused(code, commit);
      if (later) again.push({ queued, error });
      else settle(queued, error);
    }
    this.#again(again);
  }

  #refused(code: number, commit: PartitionCommit): PartitaError {
    const { topic, partition, position } = commit;
    const what = `Commit of ${formatPartition(commit)} in group ${this.#deps.group}`;
    const details = { topic, partition, offset: position.offset };
    if (!aboutMembership.has(code)) return kafkaError(code, what, details);
    // Only a session without membership is told that for good; a member finds its partitions lost.
    const reason = `refused: ${describeKafkaCode(code)}, the group has members that it belongs to`;
    return new CommitFencedError(
      `${what} ${reason}. Give chosen partitions a group of their own.`,
      details,
    );
  }

  #again(refused: readonly Refused[]): void {
    this.#failures = refused.length === 0 ? 0 : this.#failures + 1;
    const nowMs = this.#deps.env.clock.now();
    for (const { queued, error } of refused) {
      if (nowMs - queued.sinceMs >= PATIENCE_MS) settle(queued, error);
      else this.#queue.putBack(queued);
    }
  }

  #giveUp(ready: readonly QueuedCommit[], error: unknown, late: boolean): void {
    const { group } = this.#deps;
    for (const queued of ready) {
      if (this.#closed) settle(queued, closed(group));
      else if (late) settle(queued, unanswered(group));
      else if (PartitaError.is(error)) settle(queued, error);
      else
        settle(
          queued,
          new PartitaError('INTERNAL', `Commit failed: ${String(error)}`, { cause: error }),
        );
    }
  }

  #fence({ commit }: QueuedCommit): CommitFencedError | undefined {
    const { topic, partition, epoch } = commit;
    const owned = this.#deps.ownership.get(commit)?.epoch;
    if (owned === epoch) return undefined;
    const state =
      owned === undefined ? 'is not ours any more' : `is ours since generation ${owned}`;
    return new CommitFencedError(
      `Commit of ${formatPartition(commit)} in group ${this.#deps.group} from generation ${epoch} came too late: the ` +
        `partition ${state}. Nothing was stored; its owner goes on from the last stored position.`,
      { topic, partition, offset: commit.position.offset },
    );
  }
}

interface Refused {
  readonly queued: QueuedCommit;
  readonly error: PartitaError;
}

const aboutMembership: ReadonlySet<number> = new Set([
  errorCode.REBALANCE_IN_PROGRESS,
  errorCode.ILLEGAL_GENERATION,
  errorCode.UNKNOWN_MEMBER_ID,
  errorCode.FENCED_INSTANCE_ID,
]);

function settle(queued: QueuedCommit, error: PartitaError | null): void {
  for (const each of queued.settles) each(error);
}

function closed(group: string): PartitaError {
  return new PartitaError(
    'CLOSED',
    `The session of group ${group} is closed; commit before closing it.`,
  );
}

function unsettled(group: string): PartitaError {
  return new PartitaError(
    'UNAVAILABLE',
    `Group ${group} is being rebalanced, and this member does not know its new generation yet. Commit again.`,
    { retriable: true },
  );
}

function unanswered(group: string): PartitaError {
  return new PartitaError(
    'UNAVAILABLE',
    `The coordinator of group ${group} did not take the commit within ${PATIENCE_MS} ms. Commit again.`,
    { retriable: true },
  );
}
