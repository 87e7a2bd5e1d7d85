import { stampBatch } from '../../protocol/index.ts';
import { BatchSegment, type NewBatch, type StoredBatch } from './batch-segment.ts';
import { type DropCause, DroppedCount, type DroppedRecords } from './dropped-records.ts';
import { LeaderEpochs } from './leader-epochs.ts';
import type { LogStore, PlacedBatch, SegmentContent } from './log-store.ts';
import type { BudgetedLog, MemoryBudget } from './memory-budget.ts';
import { capacityFor, packed } from './segment-sizes.ts';

/** How much of a partition is kept. The oldest batches are dropped first; the newest always stays. */
export interface LogLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** What a log works with beside its limits. */
export interface LogParts {
  /** Shared with other logs. @default memory without limit */
  readonly budget?: MemoryBudget | undefined;
  /** @default nothing outlives the process */
  readonly store?: LogStore | undefined;
  /** Called when records were dropped to stay within a limit. */
  readonly dropped?: ((log: BatchLog) => void) | undefined;
}

/**
 * The ordered, bounded log of one partition. Batches are kept as they were produced, with place and leader epoch written in, so
 * that neither their checksum nor their compression is touched and a fetch is a view on the log.
 */
export class BatchLog implements BudgetedLog {
  readonly epochs: LeaderEpochs = new LeaderEpochs();
  readonly #limits: LogLimits;
  readonly #parts: LogParts;
  readonly #dropped = new DroppedCount();
  readonly #watchers = new Set<(bytes: number) => void>();
  #segments: BatchSegment[] = [];
  /** Batches of the first segment that are gone already. */
  #head = 0;
  #startOffset = 0;
  #endOffset = 0;
  #retainedBytes = 0;
  #newestMs = 0;
  #isClosed = false;

  constructor(limits: LogLimits, parts: LogParts = {}) {
    this.#limits = limits;
    this.#parts = parts;
    parts.budget?.join(this);
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

  /** When the newest batch was appended, also when it is gone since; 0 where there never was one. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** What the limits have taken since the log exists. */
  get dropped(): DroppedRecords {
    return this.#dropped.soFar;
  }

  /** The partition was deleted. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Calls back with the bytes of each append, or Infinity when the log is given up, until the returned function is called. */
  watch(changed: (bytes: number) => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** The time of what is appended now: it never goes back within a partition, whatever the clock does. */
  timeOf(nowMs: number): number {
    return Math.max(nowMs, this.#newestMs);
  }

  /** Returns the offset of the batch's first record. @throws PartitaError `UNAVAILABLE` when it cannot be stored. */
  append(batch: NewBatch, nowMs: number): number {
    const size = batch.bytes.length;
    const baseOffset = this.#endOffset;
    const appendedAtMs = this.timeOf(nowMs);
    const segment = this.#segmentFor(size);
    const before = segment.memoryBytes;
    const bytes = segment.append(batch, baseOffset, appendedAtMs);
    stampBatch(bytes, baseOffset, this.epochs.current);
    try {
      const placed = { batch: { ...batch, bytes }, baseOffset, appendedAtMs };
      this.#parts.store?.append(segment.baseOffset, placed);
    } catch (error) {
      segment.dropLast();
      throw error;
    }
    this.#added(segment, batch.bytes.length, before);
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

  /** The first batch that is kept and ends behind the offset. */
  batchAt(offset: number): StoredBatch | undefined {
    const from = Math.max(offset, this.#startOffset);
    const segment = this.#segments[this.#segmentAt(from)];
    const index = segment?.indexOf(from) ?? 0;
    return segment === undefined || index === segment.count ? undefined : segment.batch(index);
  }

  /** The batches that are kept, or those of them that have a record of that time or later. */
  *batches(minTimestampMs: number = Number.NEGATIVE_INFINITY): Generator<StoredBatch> {
    for (const [at, segment] of this.#segments.entries())
      for (let index = at === 0 ? this.#head : 0; index < segment.count; index++)
        if (segment.maxTimestampOf(index) >= minTimestampMs) yield segment.batch(index);
  }

  /** Largest timestamp of a kept batch; -1 without one. */
  get maxTimestampMs(): number {
    let largest = -1;
    for (const { maxTimestampMs } of this.batches()) largest = Math.max(largest, maxTimestampMs);
    return largest;
  }

  /** Offset of the first record that was appended at that time or later; the end without one. */
  offsetAtTime(timestampMs: number): number {
    for (const segment of this.#segments) {
      if (segment.count === 0 || segment.newestMs < timestampMs) continue;
      const { baseOffset } = segment.batch(segment.indexAtTime(timestampMs));
      return Math.max(this.#startOffset, baseOffset);
    }
    return this.#endOffset;
  }

  /** Forgets the records in front of the offset, which must not lie behind the end. */
  deleteBefore(offset: number): void {
    if (offset <= this.#startOffset) return;
    this.#parts.store?.startMoved(offset);
    this.#dropBefore(offset);
  }

  #dropBefore(offset: number): void {
    this.#startOffset = Math.max(this.#startOffset, offset);
    for (let first = this.#segments[0]; first !== undefined; first = this.#segments[0]) {
      if (first.count > this.#head && first.nextOffsetOf(this.#head) > offset) return;
      this.#dropHead(first);
    }
  }

  /** Drops batches that are too old. */
  expire(nowMs: number): void {
    const oldest = nowMs - this.#limits.maxAgeMs;
    this.#dropWhile((first) => first.appendedAtMs(this.#head) < oldest, 'age');
  }

  get oldestSegmentMs(): number | undefined {
    const [first] = this.#segments;
    return first === undefined || first.count === 0 ? undefined : first.newestMs;
  }

  /** Gives its memory back, also when it is the only one. */
  dropOldestSegment(): void {
    const [first] = this.#segments;
    if (first === undefined) return;
    if (this.#segments.length === 1) this.#parts.store?.startMoved(this.#endOffset);
    while (this.#segments[0] === first) this.#dropHead(first, 'memory');
    if (this.#segments.length === 0) this.#startOffset = this.#endOffset;
    this.#parts.dropped?.(this);
  }

  /** Puts these batches in the place of all that are kept; begin and end stay. */
  rewrite(batches: readonly PlacedBatch[]): void {
    const contents = packed(batches, this.#startOffset, this.#limits.maxBytes);
    this.#parts.store?.replace(contents);
    this.#release();
    for (const content of contents) this.#load(content);
  }

  /** Takes over what a store has kept. To be called once, before anything else. */
  restore(contents: readonly SegmentContent[], startOffset: number, nowMs: number): void {
    for (const content of contents) this.#load(content);
    this.#endOffset = Math.max(this.#endOffset, startOffset);
    const first = this.#segments[0]?.baseOffset ?? this.#endOffset;
    this.#dropBefore(Math.max(startOffset, first));
    this.#shrink(nowMs);
  }

  /** The partition is gone: whoever waits is told. */
  close(): void {
    this.#isClosed = true;
    this.#release();
    this.#parts.budget?.leave(this);
    this.interrupt();
  }

  /** Whoever waits for records has to look again. */
  interrupt(): void {
    this.#announce(Number.POSITIVE_INFINITY);
  }

  #announce(bytes: number): void {
    for (const changed of [...this.#watchers]) changed(bytes);
  }

  /** A batch lies in the segment, and counts. */
  #added(segment: BatchSegment, sizeBytes: number, memoryBefore: number): void {
    this.#endOffset = Math.max(this.#endOffset, segment.nextOffset);
    this.#retainedBytes += sizeBytes;
    this.#newestMs = Math.max(this.#newestMs, segment.newestMs);
    this.#parts.budget?.took(segment.memoryBytes - memoryBefore);
  }

  #load({ baseOffset, batches }: SegmentContent): void {
    const bytes = batches.reduce((sum, { batch }) => sum + batch.bytes.length, 0);
    const segment = this.#open(baseOffset, bytes);
    for (const { batch, baseOffset: offset, appendedAtMs } of batches) {
      const before = segment.memoryBytes;
      segment.append(batch, offset, appendedAtMs);
      this.#added(segment, batch.bytes.length, before);
    }
  }

  #segmentFor(sizeBytes: number): BatchSegment {
    const last = this.#segments.at(-1);
    if (last?.hasRoomFor(sizeBytes)) return last;
    const capacity = capacityFor(sizeBytes, last?.capacityBytes, this.#limits.maxBytes);
    return this.#open(this.#endOffset, capacity);
  }

  #open(baseOffset: number, capacityBytes: number): BatchSegment {
    const segment = new BatchSegment(baseOffset, capacityBytes);
    this.#segments.push(segment);
    this.#parts.budget?.took(segment.memoryBytes);
    return segment;
  }

  #shrink(nowMs: number): void {
    this.#dropWhile(() => this.#retainedBytes > this.#limits.maxBytes, 'bytes');
    this.expire(nowMs);
  }

  #dropWhile(isTooMuch: (first: BatchSegment) => boolean, cause: DropCause): void {
    let dropped = false;
    for (let first = this.#segments[0]; first !== undefined; first = this.#segments[0]) {
      const isNewest = this.#segments.length === 1 && this.#head >= first.count - 1;
      if (isNewest || !isTooMuch(first)) break;
      this.#dropHead(first, cause);
      dropped = true;
    }
    if (dropped) this.#parts.dropped?.(this);
  }

  /** Without a cause because somebody asked for it. */
  #dropHead(first: BatchSegment, cause?: DropCause): void {
    if (this.#head < first.count) {
      const bytes = first.startOf(this.#head + 1) - first.startOf(this.#head);
      if (cause !== undefined) this.#dropped.add(cause, first.recordsOf(this.#head), bytes);
      this.#retainedBytes -= bytes;
      this.#startOffset = Math.max(this.#startOffset, first.nextOffsetOf(this.#head));
      this.#head++;
    }
    if (this.#head < first.count) return;
    this.#head = 0;
    this.#segments.shift();
    this.#parts.store?.dropSegment(first.baseOffset);
    this.#parts.budget?.took(-first.memoryBytes);
  }

  #release(): void {
    for (const { memoryBytes } of this.#segments) this.#parts.budget?.took(-memoryBytes);
    this.#segments = [];
    this.#head = 0;
    this.#retainedBytes = 0;
  }

  /** Index of the first segment that ends behind the offset. */
  #segmentAt(offset: number): number {
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
