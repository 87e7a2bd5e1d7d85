import type { Assignor, GroupView } from '../core/index.ts';
import { type Solution, solverOf } from './define-assignor.ts';
import { type PackedAssignment, type PackedGroup, pack, unpack } from './packed.ts';
import { toPacked } from './partition-lists.ts';

/**
 * What `assignor.assign` decides, without an object per partition on the way in or out: for groups of some 100,000 partitions
 * and more. Assignors that are not built in are called with objects.
 */
export function assignPacked(assignor: Assignor, group: PackedGroup): PackedAssignment {
  const solve = solverOf(assignor);
  if (solve !== undefined) {
    const { index, lists }: Solution = solve(group);
    return toPacked(index, lists);
  }
  const members = group.members.map((member) => ({ ...member, owned: unpack(member.owned) }));
  const view: GroupView = { ...group, members };
  return new Map([...assignor.assign(view)].map(([id, list]) => [id, pack(list)]));
}
