import type { Assignor, GroupMember, GroupView } from '../core/index.ts';

/** What happens to a group. */
export interface GroupChange {
  /** Members that come; what they own is theirs to say, mostly nothing. */
  readonly join?: readonly GroupMember[];
  /** Ids of members that go. */
  readonly leave?: readonly string[];
  /** Member id → the topics it now subscribes to. */
  readonly subscribe?: Readonly<Record<string, readonly string[]>>;
  /** Topic → its number of partitions from now on. */
  readonly partitions?: Readonly<Record<string, number>>;
}

/** The group after the change, before anything is assigned. */
export function changeGroup(group: GroupView, change: GroupChange): GroupView {
  const gone = new Set(change.leave);
  const stay = group.members.filter(({ id }) => !gone.has(id));
  const members = [...stay, ...(change.join ?? [])].map((member) => {
    const topics = change.subscribe?.[member.id];
    return topics === undefined ? member : { ...member, topics };
  });
  const counts = Object.entries(change.partitions ?? {});
  return { ...group, members, partitionCounts: new Map([...group.partitionCounts, ...counts]) };
}

/** The group as its members join: each with the user data that this assignor sends along. */
export function joining(assignor: Assignor, group: GroupView): GroupView {
  const members = group.members.map((member): GroupMember => {
    const userData = assignor.userData?.(member) ?? undefined;
    const { userData: _, ...rest } = member;
    return userData === undefined ? rest : { ...rest, userData };
  });
  return { ...group, members };
}
