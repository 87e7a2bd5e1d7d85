const FIRST_INDEX = 16;

/** A run of record batches in one buffer, as they go out to consumers; their facts in typed arrays, no object per batch. */
export class BatchSegment {
  readonly #bytes: Buffer;
  #firstOffsets = new Float64Array(FIRST_INDEX);
  #ends = new Uint32Array(FIRST_INDEX);
  #maxTimestamps = new Float64Array(FIRST_INDEX);
  #count = 0;
  /** Offset behind the last batch. */
  nextOffset: number;
  /** When the newest batch was appended. */
  newestMs = 0;

  constructor(firstOffset: number, capacityBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacityBytes);
    this.nextOffset = firstOffset;
  }

  get count(): number {
    return this.#count;
  }

  get firstOffset(): number {
    return this.#count === 0 ? this.nextOffset : (this.#firstOffsets[0] ?? 0);
  }

  get capacityBytes(): number {
    return this.#bytes.length;
  }

  get usedBytes(): number {
    return this.startOf(this.#count);
  }

  hasRoomFor(sizeBytes: number): boolean {
    return this.usedBytes + sizeBytes <= this.#bytes.length;
  }

  /** Copies the batch; its place in the segment is returned, to be stamped there. */
  append(batch: Buffer, records: number, maxTimestampMs: number, nowMs: number): Buffer {
    if (this.#count === this.#ends.length) this.#growIndex();
    const start = this.usedBytes;
    const end = start + batch.length;
    this.#bytes.set(batch, start);
    this.#firstOffsets[this.#count] = this.nextOffset;
    this.#ends[this.#count] = end;
    this.#maxTimestamps[this.#count] = maxTimestampMs;
    this.#count++;
    this.nextOffset += records;
    this.newestMs = nowMs;
    return this.#bytes.subarray(start, end);
  }

  /** Index of the batch that holds the offset, which must lie in this segment. */
  indexOf(offset: number): number {
    let low = 0;
    let high = this.#count;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#firstOffsets[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Where the batch begins, in bytes; for an index behind the last one, where the next would. */
  startOf(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
  }

  /** Batches from `first` up to, but without, `end`: a view, not a copy. */
  slice(first: number, end: number): Buffer {
    return this.#bytes.subarray(this.startOf(first), this.startOf(end));
  }

  /** Index behind the last batch that fits when `first` begins the answer; `first` itself when none does. */
  endWithin(first: number, maxBytes: number): number {
    const limit = this.startOf(first) + maxBytes;
    let low = first;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.startOf(middle) <= limit) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  maxTimestampOf(index: number): number {
    return this.#maxTimestamps[index] ?? -1;
  }

  #growIndex(): void {
    const length = this.#count * 2;
    const firstOffsets = new Float64Array(length);
    const ends = new Uint32Array(length);
    const maxTimestamps = new Float64Array(length);
    firstOffsets.set(this.#firstOffsets);
    ends.set(this.#ends);
    maxTimestamps.set(this.#maxTimestamps);
    this.#firstOffsets = firstOffsets;
    this.#ends = ends;
    this.#maxTimestamps = maxTimestamps;
  }
}
