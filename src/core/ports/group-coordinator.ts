import type { PartitaError } from '../model/errors.ts';
import type { TopicPartition } from '../model/topic-partition.ts';
import type { CommitFailure, MembershipState, PartitionCommit } from './backend.ts';
import type { StoredPosition } from './checkpoint-store.ts';

/**
 * The coordinator port: who of a group owns which partition, where no broker says so. A session reads what it is given
 * here, and says when the broker contradicts. Joining begins with construction and goes on in the background.
 */
export interface GroupCoordinator {
  /** As `GroupSession.commit`, for partitions given out by `assigned`. */
  commit(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]>;
  /** Looks at the group now and not at the next heartbeat. Returns at once. */
  requestRejoin(reason: string): void;
  /**
   * Somebody else reads the partition: the broker has disconnected our receiver. It counts as lost from here on, and is
   * claimed again only after a while, and only if it is still ours.
   */
  stolen(partition: TopicPartition): void;
  /** As `GroupSession.close`. With `leave`, what is owned is released. */
  close(options?: { readonly leave?: boolean }): Promise<void>;
}

/** A partition that has just become ours. */
export interface ClaimedPartition extends TopicPartition {
  /** Stamp of this ownership; goes back with each commit. */
  readonly epoch: number;
  /** What the receiver tells the broker, so that it disconnects earlier owners. 0: the newest receiver wins. */
  readonly ownerLevel: number;
  /** Where the group is; `null` when it has no position yet. */
  readonly position: StoredPosition | null;
  /** Text that was stored with the position, or ''. */
  readonly metadata: string;
}

export interface OwnerLevel extends TopicPartition {
  readonly ownerLevel: number;
}

/** Methods without a promise return at once and do not throw. */
export interface CoordinatorListener {
  /** Only newly added partitions. Also called with an empty list, when the member has joined and gets nothing. */
  assigned(added: readonly ClaimedPartition[]): void;
  /** As `GroupListener.revoked`: the partitions are given up when the promise resolves, or after `deadlineMs`. */
  revoked(removed: readonly TopicPartition[], deadlineMs: number): Promise<void>;
  /** Ownership is gone already. Receivers are closed at once; nothing may be committed. */
  lost(removed: readonly TopicPartition[]): void;
  /** Receivers of these partitions have to be attached anew with another level; ownership and position stay. */
  ownerLevels(changed: readonly OwnerLevel[]): void;
  /** As `GroupListener.failed` without a partition. */
  failed(error: PartitaError): void;
  membership?(state: MembershipState): void;
}
