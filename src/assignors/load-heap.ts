/**
 * The least loaded member of a pool, ties by rank; a binary heap that learns of rising loads only when it must.
 *
 * Keys in the heap are never above the true ones: a rise is noticed when the member reaches the top, a fall has to be
 * reported. So giving partitions out costs nothing in the pools a member is in but not on top of.
 */
export class LoadHeap {
  readonly #members: Int32Array;
  readonly #keys: Float64Array;
  readonly #placeOf: Map<number, number>;
  readonly #key: (member: number) => number;

  /** `key` orders members by load, then rank; distinct for distinct members. */
  constructor(members: Int32Array, key: (member: number) => number) {
    this.#members = members.slice();
    this.#key = key;
    this.#keys = Float64Array.from(members, key);
    this.#placeOf = new Map();
    for (let i = (members.length >> 1) - 1; i >= 0; i--) this.#sink(i);
    this.#members.forEach((member, place) => {
      this.#placeOf.set(member, place);
    });
  }

  /** The member with the lowest key. The pool is not empty. */
  least(): number {
    for (;;) {
      const top = this.#members[0] as number;
      const key = this.#key(top);
      if (key === this.#keys[0]) return top;
      this.#keys[0] = key;
      this.#sink(0);
    }
  }

  /** Must be called when the load of a member of this pool has fallen. */
  fell(member: number): void {
    const place = this.#placeOf.get(member) as number;
    const key = this.#key(member);
    if (key >= (this.#keys[place] as number)) return;
    this.#keys[place] = key;
    this.#rise(place);
  }

  #sink(from: number): void {
    const size = this.#members.length;
    for (let at = from; ; ) {
      let child = 2 * at + 1;
      if (child >= size) return;
      if (child + 1 < size && (this.#keys[child + 1] as number) < (this.#keys[child] as number)) {
        child++;
      }
      if ((this.#keys[at] as number) <= (this.#keys[child] as number)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if ((this.#keys[parent] as number) <= (this.#keys[at] as number)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #swap(a: number, b: number): void {
    const member = this.#members[a] as number;
    const other = this.#members[b] as number;
    const key = this.#keys[a] as number;
    this.#members[a] = other;
    this.#members[b] = member;
    this.#keys[a] = this.#keys[b] as number;
    this.#keys[b] = key;
    this.#placeOf.set(member, b);
    this.#placeOf.set(other, a);
  }
}
