import type { GroupIndex } from './group-index.ts';
import { javaBucket, javaStringHash } from './java-hash-order.ts';

/**
 * Which partitions have moved since balancing began, by topic and pair of members. When a partition is about to move
 * from A to B and another of its topic moved from B to A before, that one is moved back instead (Java
 * `PartitionMovements`): the same loads with two moves fewer.
 */
export class Movements {
  readonly #index: GroupIndex;
  /** Partition → where it was when balancing began. */
  readonly #origin: Int32Array;
  readonly #owner: Int32Array;
  readonly #moved = new Map<number, MovedSet>();
  readonly #topicHashes = new Map<number, number>();

  constructor(index: GroupIndex, owner: Int32Array) {
    this.#index = index;
    this.#owner = owner;
    this.#origin = owner.slice();
  }

  /** The partition to move to `target` in place of `id`. */
  substitute(id: number, target: number): number {
    const source = this.#origin[id] as number;
    const topic = this.#index.topicOf[id] as number;
    const reverse = this.#moved.get(this.#key(topic, target, source));
    return reverse === undefined ? id : reverse.first();
  }

  /** Books that a partition goes to `target`; called before its owner changes. */
  record(id: number, target: number): void {
    const origin = this.#origin[id] as number;
    const owner = this.#owner[id] as number;
    const topic = this.#index.topicOf[id] as number;
    if (owner !== origin) {
      const key = this.#key(topic, origin, owner);
      const set = this.#moved.get(key) as MovedSet;
      if (set.delete(id)) this.#moved.delete(key);
    }
    if (target === origin) return;
    const key = this.#key(topic, origin, target);
    let set = this.#moved.get(key);
    if (set === undefined) {
      set = new MovedSet((one) => this.#hash(one));
      this.#moved.set(key, set);
    }
    set.add(id);
  }

  #key(topic: number, from: number, to: number): number {
    const members = this.#index.members.length;
    return (topic * members + from) * members + to;
  }

  /** `TopicPartition.hashCode` of Java. */
  #hash(id: number): number {
    const topic = this.#index.topicOf[id] as number;
    let name = this.#topicHashes.get(topic);
    if (name === undefined) {
      name = javaStringHash(this.#index.topics[topic] as string);
      this.#topicHashes.set(topic, name);
    }
    const partition = id - (this.#index.firstOf[topic] as number);
    return (Math.imul(31, 31 + partition) + name) | 0;
  }
}

/** Partitions as a Java `HashSet` would list them: its table grows and never shrinks. */
class MovedSet {
  readonly #ids = new Set<number>();
  readonly #hash: (id: number) => number;
  #capacity = 16;

  constructor(hash: (id: number) => number) {
    this.#hash = hash;
  }

  add(id: number): void {
    this.#ids.add(id);
    if (this.#ids.size > this.#capacity * 0.75) this.#capacity *= 2;
  }

  /** Returns true if nothing is left. */
  delete(id: number): boolean {
    this.#ids.delete(id);
    return this.#ids.size === 0;
  }

  first(): number {
    let first = -1;
    let lowest = this.#capacity;
    for (const id of this.#ids) {
      const bucket = javaBucket(this.#hash(id), this.#capacity);
      if (bucket < lowest) {
        first = id;
        lowest = bucket;
      }
    }
    return first;
  }
}
