import {
  type Assignor,
  comparePartitions,
  formatPartition,
  type GroupMember,
  type GroupView,
  type MemberRecord,
  type MemberState,
  type TopicPartition,
} from '../../../core/index.ts';
import type { GroupState } from './group-state.ts';

export interface ViewScope {
  readonly assignor: Assignor;
  /** Topics that are left out. */
  readonly without: ReadonlySet<string>;
  /** Partitions whose owner is about to give them up: they count as free. */
  readonly leaving: ReadonlySet<string>;
}

/** The group as the assignor sees it: the same on every member that has read the same state. */
export function groupView(state: GroupState, scope: ViewScope): GroupView {
  const { without } = scope;
  const owned = ownedByMember(state, scope);
  return {
    partitionCounts: new Map([...state.partitionCounts].filter(([topic]) => !without.has(topic))),
    members: state.members.map((member) =>
      viewOf(member, owned.get(member.memberId) ?? [], state.generation, scope),
    ),
  };
}

function viewOf(
  member: MemberRecord,
  owned: readonly TopicPartition[],
  newestGeneration: number,
  { assignor, without }: ViewScope,
): GroupMember {
  const topics = Object.keys(member.topics).filter((topic) => !without.has(topic));
  // Ownership is what is stored, and all of it is current: so all who own something are of the same generation.
  const generation = owned.length > 0 ? newestGeneration : -1;
  const userData = userDataOf(assignor, member, { topics, owned, generation });
  return {
    id: member.memberId,
    topics,
    owned,
    generation,
    ...(member.instanceId !== undefined && { instanceId: member.instanceId }),
    ...(member.rack !== undefined && { rack: member.rack }),
    ...(userData !== undefined && { userData }),
  };
}

/**
 * User data tells either what a member owns, as that of `sticky`: then it is made here, from what is stored. Or it tells
 * what only the member knows, as the weight of `weighted`: then it is the member's own.
 */
function userDataOf(
  assignor: Assignor,
  member: MemberRecord,
  state: MemberState,
): Uint8Array | undefined {
  const made = assignor.userData?.(state) ?? undefined;
  const neutral = assignor.userData?.(nothingOwned(state.topics)) ?? undefined;
  return equalBytes(made, neutral) ? (member.userData[assignor.name] ?? made) : made;
}

/** What a member publishes of itself: the part that does not depend on what it owns. */
export function nothingOwned(topics: readonly string[]): MemberState {
  return { topics, owned: [], generation: -1 };
}

function equalBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function ownedByMember(
  { ownerships }: GroupState,
  { without, leaving }: ViewScope,
): ReadonlyMap<string, TopicPartition[]> {
  const byMember = new Map<string, TopicPartition[]>();
  for (const { topic, partition, owner, holder } of ownerships.values()) {
    if (holder !== 'member' || without.has(topic)) continue;
    if (leaving.has(formatPartition({ topic, partition }))) continue;
    const owned = byMember.get(owner) ?? [];
    owned.push({ topic, partition });
    byMember.set(owner, owned);
  }
  for (const owned of byMember.values()) owned.sort(comparePartitions);
  return byMember;
}
