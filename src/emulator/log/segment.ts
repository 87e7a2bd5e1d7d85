/** Room for events of ordinary size; a larger event gets a segment of its own. */
export const SEGMENT_BYTES: number = 256 * 1024;

const FIRST_INDEX = 64;

/**
 * A run of events in one buffer: their bytes one after another, their facts in typed arrays. An event costs its bytes and some
 * fourteen more, and no object, so a log of a million events is nothing to the garbage collector.
 */
export class Segment {
  readonly firstSequenceNumber: number;
  /** Bytes ever appended to the partition before this segment. */
  readonly firstOffset: number;
  readonly #bytes: Buffer;
  #ends = new Uint32Array(FIRST_INDEX);
  #times = new Float64Array(FIRST_INDEX);
  #headLengths = new Uint16Array(FIRST_INDEX);
  #count = 0;

  constructor(firstSequenceNumber: number, firstOffset: number, capacityBytes: number) {
    this.firstSequenceNumber = firstSequenceNumber;
    this.firstOffset = firstOffset;
    this.#bytes = Buffer.allocUnsafeSlow(capacityBytes);
  }

  get count(): number {
    return this.#count;
  }

  get usedBytes(): number {
    return this.endOf(this.#count - 1);
  }

  hasRoomFor(sizeBytes: number): boolean {
    return this.usedBytes + sizeBytes <= this.#bytes.length;
  }

  append(bytes: Uint8Array, enqueuedAtMs: number, headLength: number): void {
    if (this.#count === this.#ends.length) this.#growIndex();
    const start = this.usedBytes;
    this.#bytes.set(bytes, start);
    this.#ends[this.#count] = start + bytes.length;
    this.#times[this.#count] = enqueuedAtMs;
    this.#headLengths[this.#count] = headLength;
    this.#count++;
  }

  /** Where the event at this index ends, counted from the start of the segment; 0 for the index -1. */
  endOf(index: number): number {
    return index < 0 ? 0 : (this.#ends[index] ?? 0);
  }

  /** A view, not a copy. */
  bytesOf(index: number): Buffer {
    return this.#bytes.subarray(this.endOf(index - 1), this.endOf(index));
  }

  enqueuedAtMs(index: number): number {
    return this.#times[index] ?? 0;
  }

  headLength(index: number): number {
    return this.#headLengths[index] ?? 0;
  }

  #growIndex(): void {
    const length = this.#count * 2;
    const ends = new Uint32Array(length);
    const times = new Float64Array(length);
    const headLengths = new Uint16Array(length);
    ends.set(this.#ends);
    times.set(this.#times);
    headLengths.set(this.#headLengths);
    this.#ends = ends;
    this.#times = times;
    this.#headLengths = headLengths;
  }
}
