import { append } from './partition-lists.ts';
import type { Racks } from './racks.ts';
import type { UniformState } from './uniform.ts';

/**
 * Gives partitions to members near a replica, as far as balance allows; the partitions with the fewest near members
 * choose first. Returns what found no near member, in order. Same choices as Java's `assignRackAwareRoundRobin`, with a
 * queue per rack instead of a search through the members.
 */
export function fillByRack(state: UniformState, open: Int32Array, racks: Racks): Int32Array {
  const sorted = byNearMembers(open, racks);
  const circle = new RackCircle(state.short, racks);
  const even = new RackQueues(state.even, racks);
  const left = new Int32Array(sorted.length);
  let size = 0;
  for (const id of sorted) {
    const near = racks.sets[racks.setOf[id] as number] as Int32Array;
    const member = circle.next(near);
    if (member >= 0) giveShort(state, circle, even, member, id);
    else {
      const first = state.extra > 0 ? even.first(near) : -1;
      if (first < 0) {
        left[size++] = id;
        continue;
      }
      append(state.lists, first, id);
      even.drop(first);
      state.extra--;
    }
  }
  state.short = circle.rest();
  state.even = state.extra > 0 ? even.rest() : [];
  return left.subarray(0, size);
}

function giveShort(
  state: UniformState,
  circle: RackCircle,
  even: RackQueues,
  member: number,
  id: number,
): void {
  append(state.lists, member, id);
  if ((state.lists.size[member] as number) < state.floor) return;
  circle.drop(member);
  if (state.extra > 0) even.push(member);
}

/** Stable order by how many members are in the racks of a partition. */
function byNearMembers(open: Int32Array, racks: Racks): Int32Array {
  const inRack = new Int32Array(racks.rackCount);
  for (const rack of racks.memberRack) if (rack >= 0) inRack[rack] = (inRack[rack] as number) + 1;
  const near = racks.sets.map((set) =>
    set.reduce((sum, rack) => sum + (inRack[rack] as number), 0),
  );
  const levels = [...new Set(near)].sort((a, b) => a - b);
  const levelOf = Int32Array.from(near, (count) => levels.indexOf(count));
  const starts = new Int32Array(levels.length + 1);
  for (let i = 0; i < open.length; i++) {
    const level = levelOf[racks.setOf[open[i] as number] as number] as number;
    starts[level + 1] = (starts[level + 1] as number) + 1;
  }
  for (let l = 0; l < levels.length; l++)
    starts[l + 1] = (starts[l + 1] as number) + (starts[l] as number);
  const sorted = new Int32Array(open.length);
  for (let i = 0; i < open.length; i++) {
    const id = open[i] as number;
    const level = levelOf[racks.setOf[id] as number] as number;
    const place = starts[level] as number;
    starts[level] = place + 1;
    sorted[place] = id;
  }
  return sorted;
}

/** The short members in a circle, by rack. Starts after the member found last; members leave for good. */
class RackCircle {
  readonly #members: readonly number[];
  readonly #racks: Racks;
  /** Rack → places of its members, ascending. */
  readonly #places: number[][];
  /** Rack → entry of `#places` → an entry not before it whose member is still there. */
  readonly #alive: Int32Array[];
  readonly #entryOf: Int32Array;
  readonly #gone: Uint8Array;
  readonly #placeOf = new Map<number, number>();
  #start = 0;

  constructor(members: readonly number[], racks: Racks) {
    this.#members = members;
    this.#racks = racks;
    this.#places = Array.from({ length: racks.rackCount }, () => []);
    this.#entryOf = new Int32Array(members.length);
    this.#gone = new Uint8Array(members.length);
    members.forEach((member, place) => {
      this.#placeOf.set(member, place);
      const rack = racks.memberRack[member] as number;
      if (rack >= 0) this.#entryOf[place] = (this.#places[rack] as number[]).push(place) - 1;
    });
    this.#alive = this.#places.map((places) =>
      Int32Array.from({ length: places.length + 1 }, (_, i) => i),
    );
  }

  /** The next member in one of these racks, -1 if there is none. */
  next(near: Int32Array): number {
    let best = -1;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (const rack of near) {
      const place = this.#from(rack);
      if (place < 0) continue;
      const ahead = place - this.#start;
      const distance = ahead < 0 ? ahead + this.#members.length : ahead;
      if (distance < bestDistance) {
        best = place;
        bestDistance = distance;
      }
    }
    if (best < 0) return -1;
    this.#start = best + 1 === this.#members.length ? 0 : best + 1;
    return this.#members[best] as number;
  }

  drop(member: number): void {
    const place = this.#placeOf.get(member) as number;
    this.#gone[place] = 1;
    const rack = this.#racks.memberRack[member] as number;
    const entry = this.#entryOf[place] as number;
    (this.#alive[rack] as Int32Array)[entry] = entry + 1;
  }

  rest(): number[] {
    return this.#members.filter((_, place) => this.#gone[place] === 0);
  }

  #from(rack: number): number {
    const places = this.#places[rack] as number[];
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((places[middle] as number) < this.#start) low = middle + 1;
      else high = middle;
    }
    let entry = find(this.#alive[rack] as Int32Array, low);
    if (entry === places.length) entry = find(this.#alive[rack] as Int32Array, 0);
    return entry === places.length ? -1 : (places[entry] as number);
  }
}

/** Follows and shortens the chain to the next entry that is still there. */
function find(alive: Int32Array, entry: number): number {
  let root = entry;
  while (alive[root] !== root) root = alive[root] as number;
  for (let at = entry; at !== root; ) {
    const next = alive[at] as number;
    alive[at] = root;
    at = next;
  }
  return root;
}

/** The even members in the order in which they queued up, by rack. */
class RackQueues {
  readonly #racks: Racks;
  readonly #all: number[] = [];
  readonly #gone = new Set<number>();
  readonly #queues: { members: number[]; turns: number[]; head: number }[];

  constructor(members: readonly number[], racks: Racks) {
    this.#racks = racks;
    this.#queues = Array.from({ length: racks.rackCount }, () => ({
      members: [],
      turns: [],
      head: 0,
    }));
    for (const member of members) this.push(member);
  }

  push(member: number): void {
    const turn = this.#all.push(member);
    const rack = this.#racks.memberRack[member] as number;
    if (rack < 0) return;
    const queue = this.#queues[rack] as { members: number[]; turns: number[] };
    queue.members.push(member);
    queue.turns.push(turn);
  }

  first(near: Int32Array): number {
    let best = -1;
    let bestTurn = Number.POSITIVE_INFINITY;
    for (const rack of near) {
      const queue = this.#queues[rack] as { members: number[]; turns: number[]; head: number };
      const turn = queue.turns[queue.head];
      if (turn !== undefined && turn < bestTurn) {
        best = queue.members[queue.head] as number;
        bestTurn = turn;
      }
    }
    return best;
  }

  /** Removes a member found by `first`, which is at the head of its rack. */
  drop(member: number): void {
    this.#gone.add(member);
    const queue = this.#queues[this.#racks.memberRack[member] as number] as { head: number };
    queue.head++;
  }

  rest(): number[] {
    return this.#all.filter((member) => !this.#gone.has(member));
  }
}
