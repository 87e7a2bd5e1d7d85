import type { BatchSegment, StoredBatch } from './batch-segment.ts';

/** How much of the log one read may give. */
export interface ReadBounds {
  readonly maxBytes: number;
  /** The first batch comes whatever its size. */
  readonly atLeastOne: boolean;
  /** In front of the batch that begins there. */
  readonly until: number;
}

/** The segments of a log in their order. Batches at the beginning of the first one may be gone already. */
export class SegmentList {
  readonly #segments: BatchSegment[] = [];
  #head = 0;

  get first(): BatchSegment | undefined {
    return this.#segments[0];
  }

  get last(): BatchSegment | undefined {
    return this.#segments.at(-1);
  }

  /** Index in the first segment of the first batch that is kept. */
  get head(): number {
    return this.#head;
  }

  get memoryBytes(): number {
    return this.#segments.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  }

  /** Whether what is left of the first segment, but for its last `spared` batches, is all there is. */
  endsWithFirst(spared: number): boolean {
    const { first } = this;
    // Only the last one can be empty.
    const isOnly = (this.#segments[1]?.count ?? 0) === 0;
    return first === undefined || (isOnly && this.#head >= first.count - spared);
  }

  push(segment: BatchSegment): void {
    this.#segments.push(segment);
  }

  /** Forgets the first batch. Returns its segment when nothing is left of that, which is forgotten then. */
  dropBatch(): BatchSegment | undefined {
    const [first] = this.#segments;
    if (first === undefined) return undefined;
    this.#head++;
    if (this.#head < first.count) return undefined;
    this.#head = 0;
    this.#segments.shift();
    return first;
  }

  clear(): void {
    this.#segments.length = 0;
    this.#head = 0;
  }

  /** Whole batches from the one with the offset on: a view, where they lie in one segment. */
  read(offset: number, { maxBytes, atLeastOne, until }: ReadBounds): Buffer {
    const views: Buffer[] = [];
    let left = maxBytes;
    for (let at = this.#indexAt(offset); at < this.#segments.length; at++) {
      const segment = this.#segments[at];
      if (segment === undefined || segment.firstOffset >= until) break;
      const first = views.length === 0 ? segment.indexOf(offset) : 0;
      const limit = until < segment.nextOffset ? segment.indexFrom(until) : segment.count;
      const fitting = segment.endWithin(first, left);
      const wanted = fitting === first && views.length === 0 && atLeastOne ? first + 1 : fitting;
      const end = Math.max(first, Math.min(wanted, limit));
      const view = segment.slice(first, end);
      if (view.length > 0) views.push(view);
      left -= view.length;
      if (end < segment.count || left <= 0) break;
    }
    const [only] = views;
    return views.length === 1 && only !== undefined ? only : Buffer.concat(views);
  }

  /** The first batch that ends behind the offset. */
  batchAt(offset: number): StoredBatch | undefined {
    const segment = this.#segments[this.#indexAt(offset)];
    const index = segment?.indexOf(offset) ?? 0;
    return segment === undefined || index === segment.count ? undefined : segment.batch(index);
  }

  /** The first batch that was appended at that time or later. */
  batchAtTime(timestampMs: number): StoredBatch | undefined {
    const segment = this.#segments.find(
      ({ count, newestMs }) => count > 0 && newestMs >= timestampMs,
    );
    return segment?.batch(segment.indexAtTime(timestampMs));
  }

  /** The batches that have a record of that time or later. */
  *batches(minTimestampMs: number): Generator<StoredBatch> {
    for (const [at, segment] of this.#segments.entries())
      for (let index = at === 0 ? this.#head : 0; index < segment.count; index++)
        if (segment.maxTimestampOf(index) >= minTimestampMs) yield segment.batch(index);
  }

  /** Index of the first segment that ends behind the offset. */
  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#segments[middle]?.nextOffset ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
