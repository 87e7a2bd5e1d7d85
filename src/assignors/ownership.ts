import type { GroupIndex } from './group-index.ts';
import type { Loads } from './loads.ts';
import { append, emptyLists, type PartitionLists } from './partition-lists.ts';

/**
 * Who owns each partition while the general algorithm works. Every step is logged, so that the lists come out in the
 * order in which partitions were last given to their owner.
 */
export class Ownership {
  /** Partition → member, -1 while nobody has it. */
  readonly owner: Int32Array;
  readonly #loads: Loads;
  #log: Int32Array;
  #logged = 0;
  /** Partition → place of its last step in the log. */
  #lastStep: Int32Array;

  constructor(partitions: number, loads: Loads) {
    this.owner = new Int32Array(partitions).fill(-1);
    this.#lastStep = new Int32Array(partitions);
    this.#log = new Int32Array(partitions);
    this.#loads = loads;
  }

  give(id: number, member: number): void {
    const before = this.owner[id] as number;
    if (before >= 0) this.#loads.fall(before);
    this.owner[id] = member;
    this.#loads.rise(member);
    if (this.#logged === this.#log.length) {
      const longer = new Int32Array(this.#logged * 2);
      longer.set(this.#log);
      this.#log = longer;
    }
    this.#lastStep[id] = this.#logged;
    this.#log[this.#logged++] = id;
  }

  /** Remembers this state; the function returned goes back to it. */
  snapshot(): () => void {
    const owner = this.owner.slice();
    const lastStep = this.#lastStep.slice();
    const loads = this.#loads.of.slice();
    return () => {
      this.owner.set(owner);
      this.#lastStep.set(lastStep);
      this.#loads.of.set(loads);
    };
  }

  lists(index: GroupIndex): PartitionLists {
    const lists = emptyLists(this.#loads.of.slice(0, index.members.length));
    for (let step = 0; step < this.#logged; step++) {
      const id = this.#log[step] as number;
      const owner = this.owner[id] as number;
      if (this.#lastStep[id] === step && owner >= 0) append(lists, owner, id);
    }
    return lists;
  }
}
