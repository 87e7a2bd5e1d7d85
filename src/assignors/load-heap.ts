/**
 * The least loaded member of a pool, of equal ones the first; a binary heap that learns of rising loads only when it must.
 *
 * Keys in the heap are never above the true ones: a rise is noticed when the member reaches the top, a fall has to be
 * reported. So giving partitions out costs nothing in the pools a member is in but not on top of.
 */
export class LoadHeap {
  /** Ascending; the heap works with places in this list. */
  readonly #members: Int32Array;
  /** Member → its true key. */
  readonly #loads: Float64Array;
  readonly #heap: Int32Array;
  readonly #keys: Float64Array;
  /** Place in `#members` → place in the heap. */
  readonly #placeOf: Int32Array;

  /** Members are numbers in ascending order, places in `loads`; that may change under our hands. */
  constructor(members: Int32Array, loads: Float64Array) {
    this.#members = members;
    this.#loads = loads;
    this.#heap = Int32Array.from(members.keys());
    this.#placeOf = this.#heap.slice();
    this.#keys = Float64Array.from(members, (member) => loads[member] as number);
    for (let i = (members.length >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** The first member with the lowest key. The pool is not empty. */
  least(): number {
    for (;;) {
      const top = this.#members[this.#heap[0] as number] as number;
      const key = this.#loads[top] as number;
      if (key === this.#keys[0]) return top;
      this.#keys[0] = key;
      this.#sink(0);
    }
  }

  /** Must be called when the load of a member of this pool has fallen. */
  fell(member: number): void {
    const place = this.#placeOf[this.#find(member)] as number;
    const key = this.#loads[member] as number;
    if (key >= (this.#keys[place] as number)) return;
    this.#keys[place] = key;
    this.#rise(place);
  }

  #find(member: number): number {
    let low = 0;
    let high = this.#members.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#members[middle] as number) < member) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sink(from: number): void {
    const keys = this.#keys;
    const one = this.#heap[from] as number;
    const key = keys[from] as number;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= keys.length) break;
      if (
        child + 1 < keys.length &&
        this.#before(child + 1, keys[child] as number, this.#heap[child] as number)
      )
        child++;
      if (!this.#before(child, key, one)) break;
      this.#put(at, this.#heap[child] as number, keys[child] as number);
      at = child;
    }
    this.#put(at, one, key);
  }

  #rise(from: number): void {
    const keys = this.#keys;
    const one = this.#heap[from] as number;
    const key = keys[from] as number;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#before(parent, key, one)) break;
      this.#put(at, this.#heap[parent] as number, keys[parent] as number);
      at = parent;
    }
    this.#put(at, one, key);
  }

  /** True if what stands at a place of the heap comes before this key, or before this one of the same key. */
  #before(place: number, key: number, one: number): boolean {
    const other = this.#keys[place] as number;
    return other < key || (other === key && (this.#heap[place] as number) < one);
  }

  #put(place: number, one: number, key: number): void {
    this.#heap[place] = one;
    this.#keys[place] = key;
    this.#placeOf[one] = place;
  }
}
