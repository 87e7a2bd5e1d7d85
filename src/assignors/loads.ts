import type { GroupIndex } from './group-index.ts';
import { LoadHeap } from './load-heap.ts';
import type { Racks } from './racks.ts';
import type { TopicSubscribers } from './topic-subscribers.ts';

/** How many partitions each member has, and who of those that may take a partition has the fewest. */
export class Loads {
  readonly of: Int32Array;
  readonly #index: GroupIndex;
  readonly #subscribers: TopicSubscribers;
  readonly #heaps: (LoadHeap | undefined)[];
  /** Member → the heaps it is in. */
  readonly #heapsOf: LoadHeap[][];
  readonly #nearHeaps = new Map<number, LoadHeap | null>();
  readonly #key = (member: number): number => {
    const count = this.of.length;
    return (this.of[member] as number) * count + (this.#index.rankOf[member] as number);
  };

  constructor(index: GroupIndex, subscribers: TopicSubscribers, loads: Int32Array) {
    this.of = loads;
    this.#index = index;
    this.#subscribers = subscribers;
    this.#heaps = new Array(subscribers.pools.length);
    this.#heapsOf = Array.from(loads, () => []);
  }

  /** The least loaded subscriber of a pool, ties by member id. */
  least(pool: number): number {
    let heap = this.#heaps[pool];
    if (heap === undefined) {
      heap = this.#open(this.#subscribers.pools[pool] as Int32Array);
      this.#heaps[pool] = heap;
    }
    return heap.least();
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
    return heap === null ? -1 : heap.least();
  }

  rise(member: number): void {
    this.of[member] = (this.of[member] as number) + 1;
  }

  fall(member: number): void {
    this.of[member] = (this.of[member] as number) - 1;
    for (const heap of this.#heapsOf[member] as LoadHeap[]) heap.fell(member);
  }

  #open(members: Int32Array): LoadHeap {
    const heap = new LoadHeap(members, this.#key);
    for (const member of members) (this.#heapsOf[member] as LoadHeap[]).push(heap);
    return heap;
  }
}
