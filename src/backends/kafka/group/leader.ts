import { type Assignor, type GroupView, PartitaError } from '../../../core/index.ts';
import {
  encodeAssignment,
  type JoinGroupResponse,
  type SyncGroupAssignment,
} from '../../../protocol/index.ts';
import type { ClusterMetadata, Wire } from '../wire/wire.ts';
import { checkedAssignment } from './checked-assignment.ts';
import { readMembers } from './group-members.ts';
import { groupByTopic } from './partition-lists.ts';
import { type RepeatOptions, repeatUntilDone } from './repeat.ts';

export interface LeaderDeps {
  readonly wire: Wire;
  readonly group: string;
  readonly assignors: readonly Assignor[];
}

/** What the leader decides. */
export interface GroupPlan {
  /** One entry per member; empty when the group keeps the assignment it has. */
  readonly assignments: readonly SyncGroupAssignment[];
  /** Partitions per topic that the plan rests on, 0 for a topic that does not exist; a change calls for a new one. */
  readonly watched: ReadonlyMap<string, number>;
}

/**
 * The leader's part of a rebalance: what the members want, what there is, and who gets it.
 *
 * @throws PartitaError `INTERNAL` when the assignor throws.
 */
export async function planGroup(
  { wire, group, assignors }: LeaderDeps,
  joined: JoinGroupResponse,
  options: RepeatOptions,
): Promise<GroupPlan> {
  const { members, unreadable } = readMembers(group, joined.members);
  for (const error of unreadable) options.trouble(error);
  const topics = [...new Set(members.flatMap((member) => member.topics))].sort();
  const metadata = await repeatUntilDone(
    `Partitions of the topics of group ${group}`,
    () => wire.metadata(topics),
    options,
  );
  const partitionCounts = countPartitions(metadata, topics);
  const watched = new Map(topics.map((topic) => [topic, partitionCounts.get(topic) ?? 0]));
  // A static leader came back: the group goes on as it was, and we only watch it (KIP-814).
  if (joined.skipAssignment) return { assignments: [], watched };
  const assignor = assignors.find(({ name }) => name === joined.protocolName);
  if (assignor === undefined) throw unknownAssignor(group, joined.protocolName);
  const replicaRacks = racksOf(metadata, topics);
  const view = { members, partitionCounts, ...(replicaRacks && { replicaRacks }) };
  const { assignment, problem } = checkedAssignment(assignor.name, view, assign(assignor, view));
  if (problem !== undefined) options.trouble(problem);
  const assignments = joined.members.map(({ memberId }) => ({
    memberId,
    assignment: encodeAssignment({
      partitions: groupByTopic(assignment.get(memberId) ?? []),
      userData: null,
    }),
  }));
  return { assignments, watched };
}

/** Partitions per topic; a topic that does not exist is absent. */
export function countPartitions(
  metadata: ClusterMetadata,
  topics: readonly string[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const topic of topics) {
    const found = metadata.topics.get(topic);
    if (found !== undefined) counts.set(topic, found.partitions.length);
  }
  return counts;
}

function assign(assignor: Assignor, view: GroupView): ReturnType<Assignor['assign']> {
  try {
    return assignor.assign(view);
  } catch (error) {
    throw new PartitaError(
      'INTERNAL',
      `Assignor ${assignor.name} threw while it assigned ${view.members.length} members: ${String(error)}`,
      { cause: error },
    );
  }
}

/** Per partition the racks of its replicas; `undefined` when the brokers have none. */
function racksOf(metadata: ClusterMetadata, topics: readonly string[]): GroupView['replicaRacks'] {
  if ([...metadata.brokers.values()].every(({ rack }) => rack === undefined)) return undefined;
  const racks = new Map<string, readonly (readonly string[])[]>();
  for (const topic of topics) {
    const partitions = metadata.topics.get(topic)?.partitions;
    if (partitions === undefined) continue;
    const perPartition = partitions.map(({ replicas }) =>
      replicas.flatMap((nodeId) => metadata.brokers.get(nodeId)?.rack ?? []),
    );
    racks.set(topic, perPartition);
  }
  return racks;
}

function unknownAssignor(group: string, name: string | null): PartitaError {
  return new PartitaError(
    'INCOMPATIBLE_GROUP',
    `Group ${group} settled on the assignor ${name}, which this member did not offer.`,
  );
}
