import type { GroupIndex } from './group-index.ts';
import { LoadHeap } from './load-heap.ts';
import type { Racks } from './racks.ts';
import type { TopicSubscribers } from './topic-subscribers.ts';

/**
 * How many partitions each member has, and who of those that may take one more would be loaded least by it. With weights the
 * load is partitions per weight, and shares become proportional (the divisor method of D'Hondt and Jefferson).
 */
export class Loads {
  /** Member → partitions. */
  readonly of: Int32Array;
  readonly #index: GroupIndex;
  readonly #subscribers: TopicSubscribers;
  readonly #weights: Float64Array | null;
  readonly #memberAt: Int32Array;
  readonly #heaps: (LoadHeap | undefined)[];
  /** Member → the heaps it is in. */
  readonly #heapsOf: LoadHeap[][];
  readonly #nearHeaps = new Map<number, LoadHeap | null>();
  /** Place by id → load with one partition more. */
  readonly #next: Float64Array;

  constructor(index: GroupIndex, subscribers: TopicSubscribers, weights: Float64Array | null) {
    const count = index.members.length;
    this.of = new Int32Array(count);
    this.#index = index;
    this.#subscribers = subscribers;
    this.#weights = weights;
    this.#heaps = new Array(subscribers.pools.length);
    this.#heapsOf = Array.from({ length: count }, () => []);
    this.#memberAt = new Int32Array(count);
    for (let member = 0; member < count; member++) {
      this.#memberAt[index.rankOf[member] as number] = member;
    }
    this.#next = new Float64Array(count);
    for (let member = 0; member < count; member++) this.#add(member, 0);
  }

  get weighted(): boolean {
    return this.#weights !== null;
  }

  /** The subscriber of a pool that one more partition loads least, ties by member id. */
  least(pool: number): number {
    let heap = this.#heaps[pool];
    if (heap === undefined) {
      heap = this.#open(this.#subscribers.pools[pool] as Int32Array);
      this.#heaps[pool] = heap;
    }
    return this.#memberAt[heap.least()] as number;
  }

  /** The same among those near a set of racks or without a rack; -1 if there are none. */
  leastNear(pool: number, set: number, racks: Racks): number {
    const key = pool * racks.sets.length + set;
    let heap = this.#nearHeaps.get(key);
    if (heap === undefined) {
      const near = (this.#subscribers.pools[pool] as Int32Array).filter((member) => {
        const rack = racks.memberRack[member] as number;
        return rack < 0 || racks.inSet[set * racks.rackCount + rack] === 1;
      });
      heap = near.length === 0 ? null : this.#open(near);
      this.#nearHeaps.set(key, heap);
    }
    return heap === null ? -1 : (this.#memberAt[heap.least()] as number);
  }

  /** True if a partition moved from one to the other leaves the other less loaded than the one is now. */
  gains(from: number, to: number): boolean {
    const load = this.of[from] as number;
    const now = this.#weights === null ? load : load / (this.#weights[from] as number);
    return now > (this.#next[this.#index.rankOf[to] as number] as number);
  }

  /** Falls with every move that `gains`; without weights as the sum of squares does. */
  potential(): number {
    let sum = 0;
    for (let member = 0; member < this.of.length; member++) {
      const next = this.#next[this.#index.rankOf[member] as number] as number;
      sum += (this.of[member] as number) * next;
    }
    return sum;
  }

  rise(member: number): void {
    this.#add(member, 1);
  }

  fall(member: number): void {
    this.#add(member, -1);
    const rank = this.#index.rankOf[member] as number;
    for (const heap of this.#heapsOf[member] as LoadHeap[]) heap.fell(rank);
  }

  #add(member: number, partitions: number): void {
    const load = (this.of[member] as number) + partitions;
    this.of[member] = load;
    const rank = this.#index.rankOf[member] as number;
    const weights = this.#weights;
    this.#next[rank] = weights === null ? load + 1 : (load + 1) / (weights[member] as number);
  }

  #open(members: Int32Array): LoadHeap {
    const ranks = members.map((member) => this.#index.rankOf[member] as number).sort();
    const heap = new LoadHeap(ranks, this.#next);
    for (const member of members) (this.#heapsOf[member] as LoadHeap[]).push(heap);
    return heap;
  }
}
