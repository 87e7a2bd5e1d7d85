import type { GroupView } from '../core/index.ts';
import { type GroupIndex, partitionTotal } from './group-index.ts';

/** Racks of members and of the replicas of partitions, as numbers. */
export interface Racks {
  /** Member → rack, -1 without one. */
  readonly memberRack: Int32Array;
  /** Partition → set of racks its replicas are on. */
  readonly setOf: Int32Array;
  /** Set → its racks. */
  readonly sets: readonly Int32Array[];
  /** 1 at `set * rackCount + rack` if the rack is in the set. */
  readonly inSet: Uint8Array;
  readonly rackCount: number;
}

/** Racks of a group; `null` if no member names one. An empty rack name is none. */
export function indexRacks(
  index: GroupIndex,
  replicaRacks: GroupView['replicaRacks'],
): Racks | null {
  const rackIds = new Map<string, number>();
  const idOf = (rack: string) => {
    let id = rackIds.get(rack);
    if (id === undefined) {
      id = rackIds.size;
      rackIds.set(rack, id);
    }
    return id;
  };
  const memberRack = Int32Array.from(index.members, ({ rack }) =>
    rack === undefined || rack === '' ? -1 : idOf(rack),
  );
  if (rackIds.size === 0 || replicaRacks === undefined) return null;
  const sets: Int32Array[] = [];
  const setOf = indexRackSets(index, replicaRacks, idOf, sets);
  const rackCount = rackIds.size;
  const inSet = new Uint8Array(sets.length * rackCount);
  sets.forEach((racks, set) => {
    for (const rack of racks) inSet[set * rackCount + rack] = 1;
  });
  return { memberRack, setOf, sets, inSet, rackCount };
}

function indexRackSets(
  index: GroupIndex,
  replicaRacks: NonNullable<GroupView['replicaRacks']>,
  idOf: (rack: string) => number,
  sets: Int32Array[],
): Int32Array {
  const setOf = new Int32Array(partitionTotal(index));
  const known = new Map<string, number>();
  index.topics.forEach((topic, t) => {
    const perPartition = replicaRacks.get(topic);
    const first = index.firstOf[t] as number;
    const end = index.firstOf[t + 1] as number;
    for (let id = first; id < end; id++) {
      const listed = perPartition?.[id - first] ?? [];
      const asListed = listed.join('\0');
      let set = known.get(asListed);
      if (set === undefined) {
        const racks = Int32Array.from(new Set(listed), idOf).sort();
        const sameRacks = (other: Int32Array) =>
          other.length === racks.length && other.every((rack, i) => rack === racks[i]);
        set = sets.findIndex(sameRacks);
        if (set < 0) set = sets.push(racks) - 1;
        known.set(asListed, set);
      }
      setOf[id] = set;
    }
  });
  return setOf;
}

/** True if a member's rack holds no replica of the partition. A member without a rack never mismatches. */
export function racksMismatch(racks: Racks, member: number, id: number): boolean {
  const rack = racks.memberRack[member] as number;
  return rack >= 0 && racks.inSet[(racks.setOf[id] as number) * racks.rackCount + rack] === 0;
}

/**
 * Whether racks matter for these members and partitions (KIP-881; Java `useRackAwareAssignment`): some rack has both
 * a member and a replica, and not every partition has a replica on every rack in use.
 */
export function racksMatter(
  racks: Racks,
  members: Iterable<number>,
  sets: Iterable<number>,
): boolean {
  const used = new Uint8Array(racks.rackCount);
  const distinct = new Set(sets);
  for (const set of distinct) for (const rack of racks.sets[set] as Int32Array) used[rack] = 1;
  let common = false;
  for (const member of members) {
    const rack = racks.memberRack[member] as number;
    if (rack >= 0 && used[rack] === 1) {
      common = true;
      break;
    }
  }
  if (!common) return false;
  const union = used.reduce((sum, one) => sum + one, 0);
  for (const set of distinct) if ((racks.sets[set] as Int32Array).length !== union) return true;
  return false;
}
