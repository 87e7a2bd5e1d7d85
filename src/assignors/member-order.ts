import { byCodeUnits } from './code-unit-order.ts';
import type { IndexedMember } from './group-index.ts';

/**
 * Order of range and round-robin: members with a static name first, by that name; the others by member id (Java
 * `AbstractPartitionAssignor.MemberInfo`). The member id decides between equal names, so that the order is total.
 */
export function membersInOrder(members: readonly IndexedMember[]): Int32Array {
  const order = Int32Array.from(members, (_, member) => member);
  return order.sort((a, b) => compare(members[a] as IndexedMember, members[b] as IndexedMember));
}

function compare(a: IndexedMember, b: IndexedMember): number {
  if (a.instanceId !== undefined && b.instanceId !== undefined && a.instanceId !== b.instanceId) {
    return byCodeUnits(a.instanceId, b.instanceId);
  }
  if ((a.instanceId === undefined) !== (b.instanceId === undefined)) {
    return a.instanceId === undefined ? 1 : -1;
  }
  return byCodeUnits(a.id, b.id);
}
