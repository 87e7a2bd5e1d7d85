import { SEGMENT_BYTES, Segment } from './segment.ts';

/** How much of a partition is kept. The oldest events are dropped first; the newest always stays. */
export interface LogLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** One event as it lies in the log. */
export interface StoredEvent {
  readonly sequenceNumber: number;
  readonly offset: number;
  readonly enqueuedAtMs: number;
  /** As given to `append`; a view that stays valid when the event is dropped. */
  readonly bytes: Buffer;
  /** Length of the part of `bytes` in front of which nothing may be put. */
  readonly headLength: number;
}

/** Events dropped since the partition exists, by the limit that was reached. */
export interface DroppedEvents {
  readonly byBytes: number;
  readonly byAge: number;
  readonly bytes: number;
}

/**
 * An ordered, bounded log of opaque bytes. Sequence numbers count events from 0. The offset of an event is the number of bytes
 * appended before it: increasing as on the service, but no sequence number, so nobody can take the one for the other.
 */
export class PartitionLog {
  readonly #limits: LogLimits;
  readonly #segments: Segment[] = [];
  readonly #watchers = new Set<() => void>();
  #beginning = 0;
  #next = 0;
  #nextOffset = 0;
  #newestMs = 0;
  #droppedByBytes = 0;
  #droppedByAge = 0;
  #droppedBytes = 0;

  constructor(limits: LogLimits) {
    this.#limits = limits;
  }

  get beginningSequenceNumber(): number {
    return this.#beginning;
  }

  get nextSequenceNumber(): number {
    return this.#next;
  }

  get nextOffset(): number {
    return this.#nextOffset;
  }

  get retainedBytes(): number {
    return this.#nextOffset - this.#droppedBytes;
  }

  get dropped(): DroppedEvents {
    return {
      byBytes: this.#droppedByBytes,
      byAge: this.#droppedByAge,
      bytes: this.#droppedBytes,
    };
  }

  /** The newest event, also when it was dropped since: undefined only where there never was one. */
  get last(): StoredEvent | undefined {
    return this.#next === 0 ? undefined : this.#read(this.#next - 1);
  }

  /** Calls back after each append, until the returned function is called. */
  watch(appended: () => void): () => void {
    this.#watchers.add(appended);
    return () => this.#watchers.delete(appended);
  }

  /** Copies the bytes. Time never goes back within a partition, whatever the clock does. */
  append(bytes: Uint8Array, nowMs: number, headLength: number): void {
    let segment = this.#segments.at(-1);
    if (segment === undefined || !segment.hasRoomFor(bytes.length)) {
      segment = new Segment(this.#next, this.#nextOffset, Math.max(SEGMENT_BYTES, bytes.length));
      this.#segments.push(segment);
    }
    this.#newestMs = Math.max(nowMs, this.#newestMs);
    segment.append(bytes, this.#newestMs, headLength);
    this.#next++;
    this.#nextOffset += bytes.length;
    this.#shrink();
  }

  /** Tells those who wait for events. To be called once after a run of appends. */
  announce(): void {
    for (const appended of this.#watchers) appended();
  }

  /** Drops what is older than the limit. */
  expire(nowMs: number): void {
    const oldest = nowMs - this.#limits.maxAgeMs;
    while (this.#beginning < this.#next - 1) {
      const event = this.#read(this.#beginning);
      if (event === undefined || event.enqueuedAtMs >= oldest) return;
      this.#drop(event);
      this.#droppedByAge++;
    }
  }

  /** Enqueued time of the newest event; 0 without one. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** Undefined below the beginning and beyond the end. */
  read(sequenceNumber: number): StoredEvent | undefined {
    if (sequenceNumber < this.#beginning || sequenceNumber >= this.#next) return undefined;
    return this.#read(sequenceNumber);
  }

  /** Sequence number of the first event for which `reached` holds; all later ones must be reached too. */
  find(reached: (event: StoredEvent) => boolean): number {
    let low = this.#beginning;
    let high = this.#next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const event = this.#read(middle);
      if (event !== undefined && reached(event)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #shrink(): void {
    while (this.retainedBytes > this.#limits.maxBytes && this.#beginning < this.#next - 1) {
      const event = this.#read(this.#beginning);
      if (event === undefined) return;
      this.#drop(event);
      this.#droppedByBytes++;
    }
  }

  #drop(event: StoredEvent): void {
    this.#beginning++;
    this.#droppedBytes += event.bytes.length;
    const first = this.#segments[0];
    if (first === undefined) return;
    if (this.#beginning >= first.firstSequenceNumber + first.count) this.#segments.shift();
  }

  #read(sequenceNumber: number): StoredEvent | undefined {
    const segment = this.#segmentOf(sequenceNumber);
    if (segment === undefined) return undefined;
    const index = sequenceNumber - segment.firstSequenceNumber;
    return {
      sequenceNumber,
      offset: segment.firstOffset + segment.endOf(index - 1),
      enqueuedAtMs: segment.enqueuedAtMs(index),
      bytes: segment.bytesOf(index),
      headLength: segment.headLength(index),
    };
  }

  #segmentOf(sequenceNumber: number): Segment | undefined {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.firstSequenceNumber <= sequenceNumber) return last;
    let low = 0;
    let high = this.#segments.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const segment = this.#segments[middle];
      if (segment !== undefined && segment.firstSequenceNumber <= sequenceNumber) low = middle;
      else high = middle;
    }
    return this.#segments[low];
  }
}
