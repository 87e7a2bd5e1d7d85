import type { Cancel } from '../../core/index.ts';
import type { GroupClient } from './group-member.ts';
import { PartitionSet } from './partition-set.ts';

/** A static member that is away for a while has this epoch. */
export const AWAY_EPOCH = -2;
export const LEAVE_EPOCH = -1;

/** One member of a group whose partitions the coordinator shares out. */
export interface ConsumerMember {
  id: string;
  readonly instanceId: string | null;
  rackId: string | null;
  client: GroupClient;
  rebalanceTimeoutMs: number;
  subscribedTopics: readonly string[];
  /** Empty: none. */
  subscribedRegex: string;
  /** Equal for members that say the same about topics. */
  subscription: string;
  serverAssignor: string | null;
  epoch: number;
  previousEpoch: number;
  /** `unrevoked`: it has yet to give partitions up; `unreleased`: others have. */
  state: 'stable' | 'unrevoked' | 'unreleased';
  assigned: PartitionSet;
  /** What it may no longer have, until it says that it has given it up. */
  revoking: PartitionSet;
  cancelSession: Cancel;
  cancelRevocation: Cancel | undefined;
}

export function newConsumerMember(
  id: string,
  instanceId: string | null,
  client: GroupClient,
): ConsumerMember {
  return {
    id,
    instanceId,
    rackId: null,
    client,
    rebalanceTimeoutMs: 0,
    subscribedTopics: [],
    subscribedRegex: '',
    subscription: '',
    serverAssignor: null,
    epoch: 0,
    previousEpoch: 0,
    state: 'stable',
    assigned: new PartitionSet(),
    revoking: new PartitionSet(),
    cancelSession: () => {},
    cancelRevocation: undefined,
  };
}

export interface ReconcileOptions {
  readonly target: PartitionSet;
  readonly targetEpoch: number;
  /** What the member says it owns; undefined: it did not say. */
  readonly owned: PartitionSet | undefined;
  /** Whether no other member has the partition. */
  isFree(topicId: string, partition: number): boolean;
}

/** Brings a member nearer to its target, by the rules of Kafka's `CurrentAssignmentBuilder`: give up first, then take what is free. */
export function reconcile(
  member: ConsumerMember,
  { target, targetEpoch, owned, isFree }: ReconcileOptions,
): void {
  if (member.state === 'stable' && member.epoch === targetEpoch) return;
  if (member.state === 'unrevoked' && (owned === undefined || owned.intersects(member.revoking)))
    return;
  const kept = new PartitionSet();
  const revoking = new PartitionSet();
  for (const [topicId, partition] of member.assigned)
    (target.has(topicId, partition) ? kept : revoking).add(topicId, partition);
  if (!revoking.isEmpty && (owned === undefined || owned.intersects(revoking))) {
    Object.assign(member, { assigned: kept, revoking, state: 'unrevoked' });
    return;
  }
  let waits = false;
  for (const [topicId, partition] of target)
    if (isFree(topicId, partition)) kept.add(topicId, partition);
    else waits ||= !kept.has(topicId, partition);
  if (member.epoch !== targetEpoch) member.previousEpoch = member.epoch;
  Object.assign(member, {
    epoch: targetEpoch,
    assigned: kept,
    revoking: new PartitionSet(),
    state: waits ? 'unreleased' : 'stable',
  });
}
