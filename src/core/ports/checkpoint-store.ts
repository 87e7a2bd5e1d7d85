import type { TopicPartition } from '../model/topic-partition.ts';

/**
 * The checkpoint store port: where a group that no broker coordinates keeps its members, its ownership and its positions.
 *
 * Implement it to keep the groups of native Event Hubs somewhere else than in blob storage. A store is a table with
 * conditional writes and a clock: it decides nothing. All of these records are small, few and written often.
 *
 * Rules for every method
 * - A write names the etag it replaces, or `null` for "must not exist yet". When that does not hold, nothing is written and
 *   the answer is `null`: somebody was faster. That is no error.
 * - An etag changes with every write of its record, also one that changes nothing else.
 * - A write that has been answered is seen by every later `load`, of all processes. Of writes that happen during a `load` each may be
 *   seen or not, whatever their order.
 * - Times are the store's own, never the caller's; they may be rounded down to whole seconds.
 * - Errors are `PartitaError`, `retriable` when the same call may succeed later. Retries of some seconds are welcome.
 * - Names of namespaces, topics and groups are the same whatever their case.
 */
export interface CheckpointStore {
  /** For logs and errors, such as `blob container checkpoints`. No secrets. */
  readonly name: string;
  /**
   * Looks for all that would go wrong later, before a member begins, and leaves nothing behind.
   *
   * @throws PartitaError, not `retriable` when a setting has to change; the message names the setting.
   */
  check(group: StoredGroup): Promise<void>;
  /** All there is of these topics in this group. */
  load(group: StoredGroup, topics: readonly string[]): Promise<GroupSnapshot>;
  /** Heartbeat and self-description in one: `modifiedMs` of the record says when the member was last alive. */
  putMember(group: StoredGroup, member: MemberEntry, etag: string | null): Promise<Stamp | null>;
  /** Gone already or changed meanwhile: does nothing. */
  removeMember(group: StoredGroup, member: MemberKey, etag: string): Promise<void>;
  /** Claims, renews, or releases with `owner: ''`. */
  putOwnership(
    group: StoredGroup,
    ownership: OwnershipEntry,
    etag: string | null,
  ): Promise<Stamp | null>;
  putCheckpoint(
    group: StoredGroup,
    checkpoint: CheckpointEntry,
    etag: string | null,
  ): Promise<Stamp | null>;
  /** All topics and groups of a namespace of which something is stored. Without it, groups are found by the topics that are named. */
  groups?(namespace: string): Promise<readonly StoredTopic[]>;
  /** A position that older software left elsewhere; asked for when a claimed partition has no checkpoint. */
  legacyCheckpoint?(group: StoredGroup, partition: TopicPartition): Promise<StoredPosition | null>;
}

/** Whose records: a consumer group of one namespace. */
export interface StoredGroup {
  /** Host of the namespace, such as `contoso.servicebus.windows.net`. */
  readonly namespace: string;
  readonly group: string;
}

/** A topic in which a group has left something; names may be in lower case. */
export interface StoredTopic {
  readonly topic: string;
  readonly group: string;
}

/** What the store says of a record. */
export interface Stamp {
  readonly etag: string;
  /** Last write, by the store's clock, in milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** A member is written once per topic it subscribes to, so that whoever shares a topic with it finds it. */
export interface MemberKey {
  readonly topic: string;
  readonly memberId: string;
}

export interface MemberEntry extends MemberKey {
  /** Tells two processes under one member id apart. */
  readonly session: string;
  /** Subscribed topics with their partition counts, as the member sees them. */
  readonly topics: Readonly<Record<string, number>>;
  /** Names of the assignors it offers, preferred first. */
  readonly assignors: readonly string[];
  /** Per assignor, what it wants to tell the others that does not depend on what it owns. */
  readonly userData: Readonly<Record<string, Uint8Array>>;
  /** Without a heartbeat for this long it is taken for dead. */
  readonly sessionTimeoutMs: number;
  readonly clientId: string;
  readonly instanceId?: string;
  readonly rack?: string;
}

export interface OwnershipEntry extends TopicPartition {
  /** Member id, or '' for nobody. */
  readonly owner: string;
  /** Grows with every change of hands. `null`: written by software that keeps none. */
  readonly generation: number | null;
}

/** A position as it was stored; either part may be missing in what others wrote. */
export interface StoredPosition {
  /** The next record to handle. */
  readonly offset: number | null;
  /** Opaque place of the last handled record, see `Position.token`. */
  readonly token: string | null;
}

export interface CheckpointEntry extends TopicPartition, StoredPosition {
  /** Text that belongs to this position, or ''. */
  readonly metadata: string;
  /** Ownership under which it was written; `null` as in `OwnershipEntry`. */
  readonly generation: number | null;
}

export interface MemberRecord extends MemberEntry, Stamp {}
export interface OwnershipRecord extends OwnershipEntry, Stamp {}
export interface CheckpointRecord extends CheckpointEntry, Stamp {}

export interface GroupSnapshot {
  /** The store's clock when it answered. */
  readonly serverTimeMs: number;
  readonly members: readonly MemberRecord[];
  readonly ownerships: readonly OwnershipRecord[];
  readonly checkpoints: readonly CheckpointRecord[];
}
