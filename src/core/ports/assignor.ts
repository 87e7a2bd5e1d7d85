import type { TopicPartition } from '../model/topic-partition.ts';

/** A member of a group as an assignor sees it. */
export interface GroupMember {
  readonly id: string;
  /** Static membership: the member's lasting name, across restarts. */
  readonly instanceId?: string;
  readonly topics: readonly string[];
  /** What the member says it still owns. May be stale or wrong: another member may claim the same. */
  readonly owned: readonly TopicPartition[];
  /** Generation in which `owned` was assigned; -1 when unknown. The newest claim counts. */
  readonly generation: number;
  readonly rack?: string;
  /** Share of the load relative to others, for weighted assignors. @default 1 */
  readonly weight?: number;
  /** What this assignor's `userData` returned on the member, or what another client sent in its place. */
  readonly userData?: Uint8Array;
}

/** What the leader knows when it computes an assignment. */
export interface GroupView {
  /** In the order in which the coordinator lists them. */
  readonly members: readonly GroupMember[];
  /** Partitions per topic. A topic nobody can find is absent. */
  readonly partitionCounts: ReadonlyMap<string, number>;
  /** Topic → per partition, the racks of its replicas. Absent when unknown. */
  readonly replicaRacks?: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** Member id → its partitions, in order. Every member of the view has an entry, also an empty one. */
export type Assignment = ReadonlyMap<string, readonly TopicPartition[]>;

/** What a member knows of itself when it joins. */
export interface MemberState {
  readonly topics: readonly string[];
  readonly owned: readonly TopicPartition[];
  readonly generation: number;
}

/**
 * A strategy that shares partitions out among the members of a group.
 *
 * A pure value: same view in, same assignment out; no clock, no randomness, no I/O, no memory of the last call.
 */
export interface Assignor {
  /** Name on the wire. All members of a group must offer at least one name in common. */
  readonly name: string;
  /**
   * - `eager`: everybody gives up everything before the group is assigned anew.
   * - `cooperative`: members keep what stays theirs; a partition that moves is withheld for one round (KIP-429).
   */
  readonly rebalance: 'eager' | 'cooperative';
  assign(group: GroupView): Assignment;
  /** Bytes this member sends along with its subscription. @default none */
  userData?(member: MemberState): Uint8Array | null;
}
