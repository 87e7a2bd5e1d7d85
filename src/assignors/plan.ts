import {
  type Assignment,
  type Assignor,
  comparePartitions,
  formatPartition,
  type GroupView,
  type TopicPartition,
} from '../core/index.ts';
import { changeGroup, type GroupChange, joining } from './group-change.ts';

/** A partition that changes hands; without `from` nobody had it, without `to` nobody gets it. */
export interface Move extends TopicPartition {
  readonly from?: string;
  readonly to?: string;
}

/** What a change would do to one member. */
export interface MemberPlan {
  readonly id: string;
  readonly before: number;
  readonly after: number;
  readonly gains: readonly TopicPartition[];
  readonly losses: readonly TopicPartition[];
}

/** What a change would do to a group. */
export interface Plan {
  readonly assignment: Assignment;
  /** All members before and after, sorted by id. */
  readonly members: readonly MemberPlan[];
  readonly moves: readonly Move[];
  /** Partitions taken from a member that stays and still subscribes to them. */
  readonly moved: number;
  /** As few as `moved` can be for members with as many partitions as they get. */
  readonly minimum: number;
  /** Rebalances until the group is at rest: 1 for an eager assignor. */
  readonly rounds: number;
}

/** Rounds after which a plan is given up; the built-in assignors need a few. */
const MAX_ROUNDS = 50;

/**
 * Says what a change would do to a group, without doing it. Members' `owned` is what they have now, in their newest
 * generation.
 */
export function plan(assignor: Assignor, group: GroupView, change: GroupChange = {}): Plan {
  const changed = changeGroup(group, change);
  const { assignment, rounds } = rest(assignor, changed);
  const before = ownersOf(new Map(group.members.map(({ id, owned }) => [id, owned])));
  const moves = movesBetween(before, ownersOf(assignment));
  const staying = new Map(changed.members.map(({ id, topics }) => [id, new Set(topics)]));
  const keeps = (id: string | undefined, { topic, partition }: TopicPartition) =>
    id !== undefined &&
    staying.get(id)?.has(topic) === true &&
    partition < (changed.partitionCounts.get(topic) ?? 0);
  const moved = moves.filter((move) => keeps(move.from, move)).length;
  const surplus = changed.members.map(({ id, owned }) => {
    const kept = owned.filter((one) => keeps(id, one)).length;
    return Math.max(0, kept - (assignment.get(id)?.length ?? 0));
  });
  const minimum = surplus.reduce((sum, more) => sum + more, 0);
  return { assignment, members: members(group, assignment, moves), moves, moved, minimum, rounds };
}

/** Lets the members join again until nobody has to give anything up. */
function rest(assignor: Assignor, start: GroupView): { assignment: Assignment; rounds: number } {
  let group = start;
  let generation = Math.max(-1, ...start.members.map((member) => member.generation));
  for (let rounds = 1; ; rounds++) {
    const assignment = assignor.assign(joining(assignor, group));
    const isAtRest =
      assignor.rebalance === 'eager' || !group.members.some((m) => loses(m, assignment));
    if (isAtRest || rounds === MAX_ROUNDS) return { assignment, rounds };
    generation++;
    const members = group.members.map((member) => {
      const owned = assignment.get(member.id) ?? [];
      return { ...member, owned, generation };
    });
    group = { ...group, members };
  }
}

function loses(
  { id, owned }: { id: string; owned: readonly TopicPartition[] },
  assignment: Assignment,
): boolean {
  const mine = new Set((assignment.get(id) ?? []).map(formatPartition));
  return owned.some((one) => !mine.has(formatPartition(one)));
}

interface Owner {
  readonly at: TopicPartition;
  readonly id: string;
}

function ownersOf(lists: Assignment): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const [id, list] of lists) {
    for (const at of list) owners.set(formatPartition(at), { at, id });
  }
  return owners;
}

function movesBetween(
  before: ReadonlyMap<string, Owner>,
  after: ReadonlyMap<string, Owner>,
): Move[] {
  const moves: Move[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const from = before.get(name);
    const to = after.get(name);
    const at = from?.at ?? to?.at;
    if (at === undefined || from?.id === to?.id) continue;
    moves.push({
      ...at,
      ...(from === undefined ? {} : { from: from.id }),
      ...(to === undefined ? {} : { to: to.id }),
    });
  }
  return moves.sort(comparePartitions);
}

function members(group: GroupView, assignment: Assignment, moves: readonly Move[]): MemberPlan[] {
  const before = new Map(group.members.map(({ id, owned }) => [id, owned.length]));
  const ids = [...new Set([...before.keys(), ...assignment.keys()])].sort();
  const at = ({ topic, partition }: Move): TopicPartition => ({ topic, partition });
  return ids.map((id) => ({
    id,
    before: before.get(id) ?? 0,
    after: assignment.get(id)?.length ?? 0,
    gains: moves.filter((move) => move.to === id).map(at),
    losses: moves.filter((move) => move.from === id).map(at),
  }));
}
