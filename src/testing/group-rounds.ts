import { type Assignment, type Assignor, formatPartition, type GroupView } from '../core/index.ts';
import { withUserData } from './random-group.ts';

/** The group as it joins again after an assignment: everybody owns exactly what it got. */
export function joinAgain(
  assignor: Assignor,
  group: GroupView,
  assignment: Assignment,
  generation: number,
): GroupView {
  const members = group.members.map((member) => {
    const owned = assignment.get(member.id) ?? [];
    return withUserData(assignor, { ...member, owned, generation });
  });
  return { ...group, members };
}

/** How a group came to rest. */
export interface Rest {
  /** Assignments until nobody had to give anything up; `limit` + 1 if they did not end. */
  readonly rounds: number;
  readonly assignment: Assignment;
  /** The group as it joined for that last assignment. */
  readonly group: GroupView;
}

/**
 * Assigns, and as long as a cooperative member has to give something up, lets all join again (KIP-429). An eager group rests at
 * once.
 */
export function bringToRest(assignor: Assignor, start: GroupView, limit: number): Rest {
  let group = start;
  for (let rounds = 1; ; rounds++) {
    const assignment = assignor.assign(group);
    const atRest = assignor.rebalance === 'eager' || !anybodyLoses(group, assignment);
    if (atRest || rounds > limit) return { rounds, assignment, group };
    group = joinAgain(assignor, group, assignment, FIRST_GENERATION + rounds);
  }
}

/** Above all generations that random groups claim. */
const FIRST_GENERATION = 100;

function anybodyLoses(group: GroupView, assignment: Assignment): boolean {
  return group.members.some(({ id, owned }) => {
    const mine = new Set((assignment.get(id) ?? []).map(formatPartition));
    return owned.some((one) => !mine.has(formatPartition(one)));
  });
}
