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
  const open = claims.any
    ? unkept(keepOwned(index, state, rightfulOwners(claims, racks)))
    : everything(index, state);
  const byRank = (a: number, b: number) =>
    (index.rankOf[a] as number) - (index.rankOf[b] as number);
  state.short.sort(byRank);
  state.even.sort(byRank);
  deal(state, racks === null ? open : fillByRack(state, open, racks));
  return state.lists;
}

/** Partition → who may keep it, -1 nobody. With racks, an owner that is not near a replica may not (KIP-881). */
function rightfulOwners(claims: Claims, racks: Racks | null): Int32Array {
  if (racks === null && !claims.anyContested) return claims.holder;
  const owners = claims.holder.slice();
  for (let id = 0; id < owners.length; id++) {
    const owner = ownerOf(claims, id);
    owners[id] = owner >= 0 && racks !== null && racksMismatch(racks, owner, id) ? -1 : owner;
  }
  return owners;
}

/** Lets owners keep up to their share, lowest partition numbers first so that topics spread (KAFKA-16277). */
function keepOwned(index: GroupIndex, state: UniformState, owners: Int32Array): Uint8Array {
  const owned = countByMember(owners, index.members.length);
  const quotas = quotasOf(state, owned);
  const kept = new Uint8Array(owners.length);
  const { firstOf } = index;
  const { ids, offset, size } = state.lists;
  for (let number = 0, open = [...index.topics.keys()]; open.length > 0; number++) {
    let ended = 0;
    for (const topic of open) {
      const id = (firstOf[topic] as number) + number;
      if (id + 1 === firstOf[topic + 1]) ended++;
      const owner = owners[id] as number;
      if (owner < 0) continue;
      const had = size[owner] as number;
      if (had >= (quotas[owner] as number)) continue;
      ids[(offset[owner] as number) + had] = id;
      size[owner] = had + 1;
      kept[id] = 1;
    }
    if (ended > 0) open = open.filter((topic) => number + 1 < partitionsIn(index, topic));
  }
  return kept;
}

function countByMember(owners: Int32Array, members: number): Int32Array {
  const counts = new Int32Array(members);
  for (let id = 0; id < owners.length; id++) {
    const owner = owners[id] as number;
    if (owner >= 0) counts[owner] = (counts[owner] as number) + 1;
  }
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

function unkept(kept: Uint8Array): Int32Array {
  const open = new Int32Array(kept.length);
  let size = 0;
  for (let id = 0; id < kept.length; id++) if (kept[id] === 0) open[size++] = id;
  return open.subarray(0, size);
}

/** A group that starts: nobody keeps anything. */
function everything(index: GroupIndex, state: UniformState): Int32Array {
  quotasOf(state, new Int32Array(index.members.length));
  const open = new Int32Array(partitionTotal(index));
  for (let id = 0; id < open.length; id++) open[id] = id;
  return open;
}

/** Round by round one partition each to the short members, then one each to the even ones. */
function deal(state: UniformState, open: Int32Array): void {
  const { lists, floor } = state;
  const { ids, offset, size } = lists;
  let next = 0;
  while (next < open.length && state.short.length > 0) {
    const count = state.short.length;
    const need = state.short.reduce(
      (least, m) => Math.min(least, floor - (size[m] as number)),
      floor,
    );
    // Rounds in which nobody drops out, and the one in which the first do, are dealt member by member.
    const rounds = Math.min(need, Math.floor((open.length - next) / count));
    if (rounds === 0) break;
    state.short.forEach((member, place) => {
      const to = (offset[member] as number) + (size[member] as number);
      for (let r = 0, from = next + place; r < rounds; r++, from += count) {
        ids[to + r] = open[from] as number;
      }
      size[member] = (size[member] as number) + rounds;
    });
    next += rounds * count;
    const full = (member: number) => size[member] === floor;
    state.even = [...state.even, ...state.short.filter(full)];
    state.short = state.short.filter((member) => !full(member));
  }
  for (const member of state.short.length > 0 ? state.short : state.even) {
    if (next === open.length) return;
    append(lists, member, open[next++] as number);
  }
}
