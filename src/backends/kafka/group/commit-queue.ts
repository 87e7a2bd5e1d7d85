import { formatPartition, type PartitaError, type PartitionCommit } from '../../../core/index.ts';

/** Told how the commit of one partition ended. */
export type Settle = (error: PartitaError | null) => void;

/** A commit that waits or is under way, and everybody who waits for it. */
export interface QueuedCommit {
  readonly commit: PartitionCommit;
  /** When the first of those called. */
  readonly sinceMs: number;
  readonly settles: readonly Settle[];
}

/**
 * One commit per partition: a newer one takes the place of an older one that was not sent yet, and its outcome is that of
 * both.
 */
export class CommitQueue {
  #byPartition = new Map<string, QueuedCommit>();

  get size(): number {
    return this.#byPartition.size;
  }

  add(commit: PartitionCommit, nowMs: number, settle: Settle): void {
    const key = formatPartition(commit);
    const older = this.#byPartition.get(key);
    const sinceMs = older?.sinceMs ?? nowMs;
    this.#byPartition.set(key, { commit, sinceMs, settles: [...(older?.settles ?? []), settle] });
  }

  /** Puts one back that failed. Whoever waits for it waits for the newer one, if one came in the meantime. */
  putBack(queued: QueuedCommit): void {
    const key = formatPartition(queued.commit);
    const newer = this.#byPartition.get(key);
    this.#byPartition.set(
      key,
      newer === undefined
        ? queued
        : { ...queued, commit: newer.commit, settles: [...queued.settles, ...newer.settles] },
    );
  }

  takeAll(): readonly QueuedCommit[] {
    const all = [...this.#byPartition.values()];
    this.#byPartition = new Map();
    return all;
  }
}
