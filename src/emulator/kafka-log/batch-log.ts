import { stampBatch } from '../../protocol/index.ts';
import { BatchSegment } from './batch-segment.ts';
import { LeaderEpochs } from './leader-epochs.ts';

/** How much of a partition is kept. The oldest segments are dropped first; the newest always stays. */
export interface LogLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** A batch to append, its records counted and checked. */
export interface NewBatch {
  readonly bytes: Buffer;
  readonly records: number;
  readonly maxTimestampMs: number;
}

const SMALLEST_SEGMENT = 16 * 1024;
const LARGEST_SEGMENT = 1024 * 1024;

/**
 * The ordered, bounded log of one partition. Batches are kept as they were produced, with place and leader epoch written in, so
 * that neither their checksum nor their compression is touched and a fetch is a view on the log.
 */
export class BatchLog {
  readonly epochs: LeaderEpochs = new LeaderEpochs();
  readonly #limits: LogLimits;
  readonly #segments: BatchSegment[] = [];
  readonly #watchers = new Set<(bytes: number) => void>();
  #startOffset = 0;
  #endOffset = 0;
  #retainedBytes = 0;

  constructor(limits: LogLimits) {
    this.#limits = limits;
  }

  /** First offset that is kept. */
  get startOffset(): number {
    return this.#startOffset;
  }

  /** Offset of the next record, the high watermark too: nothing is ever behind it. */
  get endOffset(): number {
    return this.#endOffset;
  }

  get retainedBytes(): number {
    return this.#retainedBytes;
  }

  /** Calls back with the bytes of each append, or Infinity when the log is given up, until the returned function is called. */
  watch(changed: (bytes: number) => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Returns the offset of the batch's first record. */
  append(batch: NewBatch, nowMs: number): number {
    const size = batch.bytes.length;
    const baseOffset = this.#endOffset;
    const place = this.#segmentFor(size).append(
      batch.bytes,
      batch.records,
      batch.maxTimestampMs,
      nowMs,
    );
    stampBatch(place, baseOffset, this.epochs.current);
    this.#endOffset += batch.records;
    this.#retainedBytes += size;
    this.#shrink(nowMs);
    this.#announce(size);
    return baseOffset;
  }

  /**
   * Whole batches from the one with `offset` on, in front of the one that begins with `until`, `maxBytes` at most; with `atLeastOne` the first comes whatever its size.
   * Undefined when the offset is outside the log.
   */
  read(
    offset: number,
    maxBytes: number,
    atLeastOne: boolean,
    until: number = this.#endOffset,
  ): Buffer | undefined {
    if (offset < this.#startOffset || offset > this.#endOffset) return undefined;
    const views: Buffer[] = [];
    let left = maxBytes;
    for (let at = this.#segmentAt(offset); at < this.#segments.length; at++) {
      const segment = this.#segments[at];
      if (segment === undefined || segment.nextOffset <= offset) continue;
      if (segment.firstOffset >= until) break;
      const first = views.length === 0 ? segment.indexOf(offset) : 0;
      const limit = until < segment.nextOffset ? segment.indexOf(until) : segment.count;
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

  /** The batches that have a record at or after that time, each as its bytes. */
  *batchesAtOrAfter(timestampMs: number): Generator<Buffer> {
    for (const segment of this.#segments)
      for (let index = 0; index < segment.count; index++)
        if (segment.maxTimestampOf(index) >= timestampMs && this.#isKept(segment, index))
          yield segment.slice(index, index + 1);
  }

  /** Largest timestamp of a kept batch; -1 without one. */
  get maxTimestampMs(): number {
    let largest = -1;
    for (const segment of this.#segments)
      for (let index = 0; index < segment.count; index++)
        if (this.#isKept(segment, index))
          largest = Math.max(largest, segment.maxTimestampOf(index));
    return largest;
  }

  /** Forgets the records in front of the offset, which must not lie behind the end. */
  deleteBefore(offset: number): void {
    this.#startOffset = Math.max(this.#startOffset, offset);
    while (this.#segments.length > 0) {
      const [first] = this.#segments;
      if (first === undefined || first.nextOffset > this.#startOffset) return;
      this.#dropFirst(first);
    }
  }

  /** Drops segments that are too old. */
  expire(nowMs: number): void {
    const oldest = nowMs - this.#limits.maxAgeMs;
    for (let first = this.#segments[0]; first !== undefined; first = this.#segments[0]) {
      if (this.#segments.length < 2 || first.newestMs >= oldest) return;
      this.#dropFirst(first);
    }
  }

  /** The partition is gone: whoever waits is told. */
  close(): void {
    this.interrupt();
  }

  /** Whoever waits for records has to look again. */
  interrupt(): void {
    this.#announce(Number.POSITIVE_INFINITY);
  }

  #announce(bytes: number): void {
    for (const changed of [...this.#watchers]) changed(bytes);
  }

  #segmentFor(sizeBytes: number): BatchSegment {
    const last = this.#segments.at(-1);
    if (last?.hasRoomFor(sizeBytes)) return last;
    // Small at first, so that many quiet partitions cost little; a part of the limit, so that dropping one is no upheaval.
    const largest = Math.min(
      LARGEST_SEGMENT,
      Math.max(SMALLEST_SEGMENT, this.#limits.maxBytes / 4),
    );
    const wanted = last === undefined ? SMALLEST_SEGMENT : last.capacityBytes * 2;
    const capacity = Math.max(sizeBytes, Math.min(largest, wanted));
    const segment = new BatchSegment(this.#endOffset, capacity);
    this.#segments.push(segment);
    return segment;
  }

  #shrink(nowMs: number): void {
    while (this.#retainedBytes > this.#limits.maxBytes && this.#segments.length > 1) {
      const [first] = this.#segments;
      if (first === undefined) return;
      this.#dropFirst(first);
    }
    this.expire(nowMs);
  }

  #dropFirst(first: BatchSegment): void {
    this.#segments.shift();
    this.#retainedBytes -= first.usedBytes;
    this.#startOffset = Math.max(this.#startOffset, first.nextOffset);
  }

  /** Index of the segment that holds the offset, or of the last one. */
  #segmentAt(offset: number): number {
    let low = 0;
    let high = this.#segments.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#segments[middle]?.firstOffset ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Deletion may have cut into the first segment; a batch is gone when its last record is. */
  #isKept(segment: BatchSegment, index: number): boolean {
    return this.#startOffset <= segment.firstOffset || index >= segment.indexOf(this.#startOffset);
  }
}
