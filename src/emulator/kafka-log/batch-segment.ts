const FIRST_INDEX = 16;

/** A batch to append, its records counted and checked. */
export interface NewBatch {
  readonly bytes: Buffer;
  /** Records in it. */
  readonly records: number;
  /** Offsets it covers: more than it has records when compaction has taken some. @default `records` */
  readonly span?: number;
  readonly maxTimestampMs: number;
  /** What its sender said beyond what a batch can carry; not sent to Kafka clients. */
  readonly extras?: Buffer | undefined;
}

/** A batch as it lies in the log. */
export interface StoredBatch {
  readonly baseOffset: number;
  /** Offset behind the batch. */
  readonly nextOffset: number;
  readonly records: number;
  readonly appendedAtMs: number;
  readonly maxTimestampMs: number;
  /** A view, not a copy. */
  readonly bytes: Buffer;
  readonly extras: Buffer | undefined;
}

/** A run of record batches in one buffer, as they go out to consumers; their facts in typed arrays, no object per batch. */
export class BatchSegment {
  /** Names it: where it began when it was made, which compaction may have taken since. */
  readonly baseOffset: number;
  readonly #bytes: Buffer;
  #extras: Buffer = Buffer.alloc(0);
  #firstOffsets = new Float64Array(FIRST_INDEX);
  #spans = new Uint32Array(FIRST_INDEX);
  #records = new Uint32Array(FIRST_INDEX);
  #ends = new Uint32Array(FIRST_INDEX);
  #extrasEnds = new Uint32Array(FIRST_INDEX);
  #maxTimestamps = new Float64Array(FIRST_INDEX);
  #appendTimes = new Float64Array(FIRST_INDEX);
  #count = 0;

  constructor(baseOffset: number, capacityBytes: number) {
    this.baseOffset = baseOffset;
    this.#bytes = Buffer.allocUnsafeSlow(capacityBytes);
  }

  get count(): number {
    return this.#count;
  }

  /** Of the first batch; where it will be while there is none. */
  get firstOffset(): number {
    return this.#count === 0 ? this.baseOffset : (this.#firstOffsets[0] ?? 0);
  }

  /** Offset behind the last batch. */
  get nextOffset(): number {
    return this.#count === 0 ? this.baseOffset : this.nextOffsetOf(this.#count - 1);
  }

  get capacityBytes(): number {
    return this.#bytes.length;
  }

  /** What it takes of the machine's memory, apart from its index. */
  get memoryBytes(): number {
    return this.#bytes.length + this.#extras.length;
  }

  get usedBytes(): number {
    return this.startOf(this.#count);
  }

  /** When the newest batch was appended. */
  get newestMs(): number {
    return this.#count === 0 ? 0 : this.appendedAtMs(this.#count - 1);
  }

  hasRoomFor(sizeBytes: number): boolean {
    return this.usedBytes + sizeBytes <= this.#bytes.length;
  }

  /** Copies the batch; its place in the segment is returned, to be stamped there. */
  append(batch: NewBatch, baseOffset: number, nowMs: number): Buffer {
    const at = this.#count;
    if (at === this.#ends.length) this.#growIndex();
    const start = this.usedBytes;
    const end = start + batch.bytes.length;
    this.#bytes.set(batch.bytes, start);
    this.#firstOffsets[at] = baseOffset;
    this.#spans[at] = batch.span ?? batch.records;
    this.#records[at] = batch.records;
    this.#ends[at] = end;
    this.#maxTimestamps[at] = batch.maxTimestampMs;
    this.#appendTimes[at] = nowMs;
    this.#extrasEnds[at] = this.#keepExtras(batch.extras);
    this.#count++;
    return this.#bytes.subarray(start, end);
  }

  /** The batch that was appended last is taken back. */
  dropLast(): void {
    this.#count--;
  }

  batch(index: number): StoredBatch {
    const extrasStart = this.#extrasStart(index);
    const extrasEnd = this.#extrasEnds[index] ?? 0;
    return {
      baseOffset: this.#firstOffsets[index] ?? 0,
      nextOffset: this.nextOffsetOf(index),
      records: this.#records[index] ?? 0,
      appendedAtMs: this.appendedAtMs(index),
      maxTimestampMs: this.maxTimestampOf(index),
      bytes: this.slice(index, index + 1),
      extras: extrasEnd > extrasStart ? this.#extras.subarray(extrasStart, extrasEnd) : undefined,
    };
  }

  /** Index of the first batch that ends behind the offset; `count` when none does. */
  indexOf(offset: number): number {
    return this.#firstWith((index) => this.nextOffsetOf(index) > offset);
  }

  /** Index of the first batch that begins at the offset or behind it; `count` when none does. */
  indexFrom(offset: number): number {
    return this.#firstWith((index) => (this.#firstOffsets[index] ?? 0) >= offset);
  }

  /** Index of the first batch appended at that time or later; `count` when none was. */
  indexAtTime(timestampMs: number): number {
    return this.#firstWith((index) => this.appendedAtMs(index) >= timestampMs);
  }

  nextOffsetOf(index: number): number {
    return (this.#firstOffsets[index] ?? 0) + (this.#spans[index] ?? 0);
  }

  recordsOf(index: number): number {
    return this.#records[index] ?? 0;
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

  appendedAtMs(index: number): number {
    return this.#appendTimes[index] ?? 0;
  }

  /** All batches in front of it must not fulfil the condition, all behind it must. */
  #firstWith(holds: (index: number) => boolean): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #extrasStart(index: number): number {
    return index === 0 ? 0 : (this.#extrasEnds[index - 1] ?? 0);
  }

  #keepExtras(extras: Buffer | undefined): number {
    const start = this.#extrasStart(this.#count);
    if (extras === undefined) return start;
    const end = start + extras.length;
    if (end > this.#extras.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.#extras.length * 2));
      larger.set(this.#extras.subarray(0, start));
      this.#extras = larger;
    }
    this.#extras.set(extras, start);
    return end;
  }

  #growIndex(): void {
    const length = this.#count * 2;
    this.#firstOffsets = grown(this.#firstOffsets, new Float64Array(length));
    this.#maxTimestamps = grown(this.#maxTimestamps, new Float64Array(length));
    this.#appendTimes = grown(this.#appendTimes, new Float64Array(length));
    this.#spans = grown(this.#spans, new Uint32Array(length));
    this.#records = grown(this.#records, new Uint32Array(length));
    this.#ends = grown(this.#ends, new Uint32Array(length));
    this.#extrasEnds = grown(this.#extrasEnds, new Uint32Array(length));
  }
}

function grown<Numbers extends Float64Array | Uint32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
