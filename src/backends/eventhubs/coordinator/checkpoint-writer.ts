import {
  type CheckpointEntry,
  type CheckpointRecord,
  CommitFencedError,
  formatPartition,
  PartitaError,
  type PartitionCommit,
} from '../../../core/index.ts';
import type { HeldPartition, HeldPartitions } from './held-partitions.ts';
import type { Membership } from './membership.ts';
import type { StoreCalls } from './store-calls.ts';

/** How often a commit is tried against somebody who writes the same checkpoint. */
const TRIES = 3;

export interface CheckpointWriterOptions {
  readonly calls: StoreCalls;
  readonly held: HeldPartitions;
  readonly membership: Membership;
  readonly self: string;
  /** A commit found out that the partition is somebody else's. */
  readonly lost: (held: HeldPartition) => void;
}

/**
 * Positions, written on condition that the checkpoint is as we last saw it. Official writers set no condition, so a change
 * by somebody else proves nothing: who owns the partition decides.
 */
export class CheckpointWriter {
  readonly #options: CheckpointWriterOptions;

  constructor(options: CheckpointWriterOptions) {
    this.#options = options;
  }

  /** Undefined when it is stored. Commits of one partition take effect in the order of the calls. */
  commit(commit: PartitionCommit): Promise<PartitaError | undefined> {
    const held = this.#options.held.get(commit);
    if (held === undefined || held.generation !== commit.epoch)
      return Promise.resolve(fenced(commit, 'is not owned any more'));
    const result = held.writes.then(() => this.#commit(held, commit)).catch(asPartitaError);
    held.writes = result;
    return result;
  }

  /**
   * Writes what is there once more, so that the owner before us, should it come to life again, finds its etag outdated.
   * Returns the record as it is then.
   */
  async fence(held: HeldPartition, record: CheckpointRecord): Promise<CheckpointRecord> {
    let current = record;
    for (let tries = 0; tries < TRIES; tries++) {
      const entry = { ...entryOf(current), generation: held.generation };
      const stamp = await this.#options.calls.putCheckpoint(entry, current.etag);
      if (stamp !== null) return { ...entry, ...stamp };
      const { isOurs, checkpoint } = await this.#read(held);
      if (!isOurs || checkpoint === undefined) break;
      current = checkpoint;
    }
    throw contended(held);
  }

  async #commit(held: HeldPartition, commit: PartitionCommit): Promise<PartitaError | undefined> {
    const { topic, partition, metadata, position } = commit;
    const entry: CheckpointEntry = {
      topic,
      partition,
      metadata,
      offset: position.offset,
      token: position.token ?? null,
      generation: held.generation,
    };
    for (let tries = 0; tries < TRIES; tries++) {
      const obstacle = this.#obstacle(held);
      if (obstacle !== undefined) return fenced(commit, obstacle);
      const stamp = await this.#options.calls.putCheckpoint(entry, held.checkpointEtag);
      if (stamp !== null) {
        held.checkpointEtag = stamp.etag;
        return undefined;
      }
      const { isOurs, checkpoint } = await this.#read(held);
      if (!isOurs) {
        this.#options.lost(held);
        return fenced(commit, 'has another owner');
      }
      held.checkpointEtag = checkpoint?.etag ?? null;
    }
    throw contended(held);
  }

  #obstacle(held: HeldPartition): string | undefined {
    if (!this.#options.held.has(held)) return 'is not owned any more';
    if (!this.#options.membership.isLeased) return 'was owned until the last heartbeat expired';
    return undefined;
  }

  async #read(
    held: HeldPartition,
  ): Promise<{ readonly isOurs: boolean; readonly checkpoint: CheckpointRecord | undefined }> {
    const { calls, self } = this.#options;
    const { ownerships, checkpoints } = await calls.load([held.topic]);
    const key = formatPartition(held);
    const ownership = ownerships.find((record) => formatPartition(record) === key);
    return {
      isOurs: ownership?.owner === self && ownership.generation === held.generation,
      checkpoint: checkpoints.find((record) => formatPartition(record) === key),
    };
  }
}

function entryOf({ etag: _, modifiedMs: __, ...entry }: CheckpointRecord): CheckpointEntry {
  return entry;
}

function fenced({ topic, partition, position }: PartitionCommit, why: string): PartitaError {
  return new CommitFencedError(
    `Position ${position.offset} of ${topic}-${partition} was not stored: the partition ${why}. Its next owner goes on from the last stored position`,
    { topic, partition, offset: position.offset },
  );
}

function contended({ topic, partition }: HeldPartition): PartitaError {
  return new PartitaError(
    'UNAVAILABLE',
    `The checkpoint of ${topic}-${partition} was changed ${TRIES} times by others while it was written. Check that no program outside of the group writes it`,
    { topic, partition, retriable: true },
  );
}

function asPartitaError(cause: unknown): PartitaError {
  if (PartitaError.is(cause)) return cause;
  return new PartitaError('INTERNAL', `A commit failed for an unknown reason: ${String(cause)}`, {
    cause,
  });
}
