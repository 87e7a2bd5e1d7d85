import { type Plan, plan } from '../../src/assignors/index.ts';
import type { Assignment, Assignor, GroupMember, GroupView } from '../../src/core/index.ts';

/** The group of all pictures and figures: two topics of six partitions, three members, a fourth joins. */
export const topics: readonly string[] = ['orders', 'payments'];

const member = (n: number): GroupMember => ({
  id: `billing-${n}`,
  topics,
  owned: [],
  generation: -1,
});

/** A member joining a group that this assignor has assigned before. */
export interface Example {
  readonly before: Assignment;
  /** What the first rebalance gives; the end, too, unless partitions are withheld for a round. */
  readonly firstRound: Assignment;
  readonly join: Plan;
  /** Then the first member leaves. */
  readonly leave: Plan;
}

export function example(assignor: Assignor): Example {
  const start: GroupView = {
    members: [1, 2, 3].map(member),
    partitionCounts: new Map(topics.map((topic) => [topic, 6])),
  };
  const before = plan(assignor, start).assignment;
  const running = settled(start, before);
  const join = plan(assignor, running, { join: [member(4)] });
  const joining = { ...running, members: [...running.members, member(4)] };
  const firstRound = assignor.assign(withUserData(assignor, joining));
  const leave = plan(assignor, settled(joining, join.assignment), { leave: ['billing-1'] });
  return { before, firstRound, join, leave };
}

function settled(group: GroupView, assignment: Assignment): GroupView {
  const members = group.members.map((one) => ({
    ...one,
    owned: assignment.get(one.id) ?? [],
    generation: 1,
  }));
  return { ...group, members };
}

function withUserData(assignor: Assignor, group: GroupView): GroupView {
  const members = group.members.map((one) => {
    const userData = assignor.userData?.(one);
    return userData == null ? one : { ...one, userData };
  });
  return { ...group, members };
}
