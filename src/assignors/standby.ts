import {
  type Assignor,
  type GroupMember,
  type GroupView,
  InvalidConfigError,
} from '../core/index.ts';
import { cooperativeSticky } from './cooperative-sticky.ts';
import { membersInOrder } from './member-order.ts';

export interface StandbyOptions {
  /** How many members work at a time. @default 1 */
  readonly active?: number;
}

/**
 * Some members work, the others stand by: warm processes that take over when an active one goes. Active members stay
 * active while they are there; free places go to static members first, by name, then by member id. A topic that no
 * active member reads gets one of its readers in addition. Among the active ones partitions are shared as by
 * `cooperative-sticky`. Give all members of a group the same number.
 *
 * @throws InvalidConfigError if `active` is not a whole number from 1 on.
 */
export function standby({ active = 1 }: StandbyOptions = {}): Assignor {
  if (!Number.isInteger(active) || active < 1) {
    throw new InvalidConfigError('assignor', [
      `active is ${active}, must be a whole number from 1 on`,
    ]);
  }
  return {
    name: 'standby',
    rebalance: 'cooperative',
    assign(group) {
      const working = chooseActive(group, active);
      const rest = (member: GroupMember): GroupMember =>
        working.has(member.id) ? member : { ...member, topics: [] };
      return cooperativeSticky.assign({ ...group, members: group.members.map(rest) });
    },
  };
}

function chooseActive(group: GroupView, active: number): ReadonlySet<string> {
  const newest = Math.max(...group.members.map(({ generation }) => generation));
  const candidates = Array.from(
    membersInOrder(group.members),
    (m) => group.members[m] as GroupMember,
  );
  const works = ({ owned, generation }: GroupMember) => owned.length > 0 && generation === newest;
  const useful = candidates.filter(({ topics }) => topics.length > 0);
  const inTurn = [...useful.filter(works), ...useful.filter((member) => !works(member))];
  const chosen = inTurn.slice(0, active);
  const read = new Set(chosen.flatMap(({ topics }) => topics));
  for (const member of inTurn.slice(active)) {
    if (member.topics.every((topic) => read.has(topic))) continue;
    chosen.push(member);
    for (const topic of member.topics) read.add(topic);
  }
  return new Set(chosen.map(({ id }) => id));
}
