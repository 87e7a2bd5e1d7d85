import { type Claims, ownerOf } from './claims.ts';
import { type GroupIndex, partitionsIn, partitionTotal } from './group-index.ts';
import { append, emptyLists, type PartitionLists } from './partition-lists.ts';
import { type Racks, racksMismatch } from './racks.ts';
import { fillByRack } from './uniform-racks.ts';

/** Work in progress of the uniform algorithm. Members are `short` below the floor, `even` at it with a chance for one more. */
export interface UniformState {
  readonly lists: PartitionLists;
  /** What every member gets: the number of partitions over the number of members, rounded down. */
  readonly floor: number;
  /** How many members may still get one more than the floor. */
  extra: number;
  short: number[];
  even: number[];
}

/**
 * Sticky assignment when all members subscribe to the same topics: everybody keeps as much as balance allows, the rest
 * is dealt round. Sizes differ by one at most, and no assignment that balanced moves fewer partitions. Same result,
 * order included, as `ConstrainedAssignmentBuilder` in Java's `AbstractStickyAssignor`; one pass over the partitions
 * instead of sorted lists.
 */
export function assignUniform(
  index: GroupIndex,
  claims: Claims,
  racks: Racks | null,
): PartitionLists {
  const partitions = partitionTotal(index);
  const count = index.members.length;
  const floor = Math.floor(partitions / count);
  const extra = partitions % count;
  const capacity = new Int32Array(count).fill(floor + (extra > 0 ? 1 : 0));
  const state: UniformState = { lists: emptyLists(capacity), floor, extra, short: [], even: [] };
  const owners = rightfulOwners(claims, racks);
  const kept = keepOwned(index, state, owners);
  const byRank = (a: number, b: number) =>
    (index.rankOf[a] as number) - (index.rankOf[b] as number);
  state.short.sort(byRank);
  state.even.sort(byRank);
  const open = unkept(partitions, kept);
  deal(state, racks === null ? open : fillByRack(state, open, racks));
  return state.lists;
}

/** Partition → who may keep it, -1 nobody. With racks, an owner that is not near a replica may not (KIP-881). */
function rightfulOwners(claims: Claims, racks: Racks | null): Int32Array {
  return claims.holder.map((_, id) => {
    const owner = ownerOf(claims, id);
    return owner >= 0 && racks !== null && racksMismatch(racks, owner, id) ? -1 : owner;
  });
}

/** Lets owners keep up to their share, lowest partition numbers first so that topics spread (KAFKA-16277). */
function keepOwned(index: GroupIndex, state: UniformState, owners: Int32Array): Uint8Array {
  const quotas = quotasOf(state, countByMember(owners, index.members.length));
  const kept = new Uint8Array(owners.length);
  const { size } = state.lists;
  eachByNumber(index, (id) => {
    const owner = owners[id] as number;
    if (owner < 0 || (size[owner] as number) >= (quotas[owner] as number)) return;
    append(state.lists, owner, id);
    kept[id] = 1;
  });
  return kept;
}

function countByMember(owners: Int32Array, members: number): Int32Array {
  const counts = new Int32Array(members);
  for (const owner of owners) if (owner >= 0) counts[owner] = (counts[owner] as number) + 1;
  return counts;
}

/** How much of what it owns each member keeps; members come in Java's order, which decides who keeps one more. */
function quotasOf(state: UniformState, owned: Int32Array): Int32Array {
  const { floor } = state;
  return owned.map((count, member) => {
    if (count < floor) {
      state.short.push(member);
      return count;
    }
    if (count > floor && state.extra > 0) {
      state.extra--;
      if (state.extra === 0) state.even = [];
      return floor + 1;
    }
    if (state.extra > 0) state.even.push(member);
    return floor;
  });
}

/** Visits all partitions by number, then topic. */
function eachByNumber(index: GroupIndex, visit: (id: number) => void): void {
  let open = [...index.topics.keys()];
  for (let number = 0; open.length > 0; number++) {
    let ended = false;
    for (const topic of open) {
      if (number < partitionsIn(index, topic)) visit((index.firstOf[topic] as number) + number);
      else ended = true;
    }
    if (ended) open = open.filter((topic) => number < partitionsIn(index, topic));
  }
}

function unkept(partitions: number, kept: Uint8Array): Int32Array {
  const open = new Int32Array(partitions);
  let size = 0;
  for (let id = 0; id < partitions; id++) if (kept[id] === 0) open[size++] = id;
  return open.subarray(0, size);
}

/** Round by round one partition each to the short members, then one each to the even ones. */
function deal(state: UniformState, open: Int32Array): void {
  const { lists, floor } = state;
  let next = 0;
  while (next < open.length && state.short.length > 0) {
    const still: number[] = [];
    for (const member of state.short) {
      if (next === open.length) return;
      append(lists, member, open[next++] as number);
      if ((lists.size[member] as number) < floor) still.push(member);
      else state.even.push(member);
    }
    state.short = still;
  }
  for (const member of state.even) {
    if (next === open.length) return;
    append(lists, member, open[next++] as number);
  }
}
