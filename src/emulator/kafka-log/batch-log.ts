import { stampBatch } from '../../protocol/index.ts';
import { BatchSegment, type NewBatch, type StoredBatch } from './batch-segment.ts';
import { type DropCause, DroppedCount, type DroppedRecords } from './dropped-records.ts';
import { LeaderEpochs } from './leader-epochs.ts';
import type { LogStore, PlacedBatch, SegmentContent } from './log-store.ts';
import type { BudgetedLog, MemoryBudget } from './memory-budget.ts';
import { SegmentList } from './segment-list.ts';
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
  readonly #segments = new SegmentList();
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
    return this.#segments.read(offset, { maxBytes, atLeastOne, until });
  }

  /** The first batch that is kept and ends behind the offset. */
  batchAt(offset: number): StoredBatch | undefined {
    return this.#segments.batchAt(Math.max(offset, this.#startOffset));
  }

  /** The batches that are kept, or those of them that have a record of that time or later. */
  batches(minTimestampMs: number = Number.NEGATIVE_INFINITY): Generator<StoredBatch> {
    return this.#segments.batches(minTimestampMs);
  }

  /** Largest timestamp of a kept batch; -1 without one. */
  get maxTimestampMs(): number {
    let largest = -1;
    for (const { maxTimestampMs } of this.batches()) largest = Math.max(largest, maxTimestampMs);
    return largest;
  }

  /** Offset of the first record that was appended at that time or later; the end without one. */
  offsetAtTime(timestampMs: number): number {
    const found = this.#segments.batchAtTime(timestampMs);
    return found === undefined ? this.#endOffset : Math.max(this.#startOffset, found.baseOffset);
  }

  /** Forgets the records in front of the offset, which must not lie behind the end. */
  deleteBefore(offset: number): void {
    if (offset <= this.#startOffset) return;
    this.#parts.store?.startMoved(offset);
    this.#dropBefore(offset);
  }

  #dropBefore(offset: number): void {
    this.#startOffset = Math.max(this.#startOffset, offset);
    for (let { first } = this.#segments; first !== undefined; first = this.#segments.first) {
      const { head } = this.#segments;
      if (head < first.count && first.nextOffsetOf(head) > offset) return;
      this.#dropBatch(first);
    }
  }

  /** Drops batches that are too old. */
  expire(nowMs: number): void {
    const oldest = nowMs - this.#limits.maxAgeMs;
    this.#dropWhile((first) => first.appendedAtMs(this.#segments.head) < oldest, 'age');
  }

  get oldestSegmentMs(): number | undefined {
    const { first } = this.#segments;
    return first === undefined || first.count === 0 ? undefined : first.newestMs;
  }

  /** Gives its memory back, also when it is the only one. */
  dropOldestSegment(): void {
    const { first } = this.#segments;
    if (first === undefined) return;
    // No other file would tell where the log ends.
    if (this.#segments.endsWithFirst(first.count)) this.#parts.store?.startMoved(this.#endOffset);
    while (this.#segments.first === first) this.#dropBatch(first, 'memory');
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
    const first = this.#segments.first?.baseOffset ?? this.#endOffset;
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
    const { last } = this.#segments;
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
    for (let { first } = this.#segments; first !== undefined; first = this.#segments.first) {
      if (this.#segments.endsWithFirst(1) || !isTooMuch(first)) break;
      this.#dropBatch(first, cause);
      dropped = true;
    }
    if (dropped) this.#parts.dropped?.(this);
  }

  /** The first one; without a cause because somebody asked for it. */
  #dropBatch(first: BatchSegment, cause?: DropCause): void {
    const { head } = this.#segments;
    if (head < first.count) {
      const bytes = first.startOf(head + 1) - first.startOf(head);
      if (cause !== undefined) this.#dropped.add(cause, first.recordsOf(head), bytes);
      this.#retainedBytes -= bytes;
      this.#startOffset = Math.max(this.#startOffset, first.nextOffsetOf(head));
    }
    const emptied = this.#segments.dropBatch();
    if (emptied === undefined) return;
    this.#parts.store?.dropSegment(emptied.baseOffset);
    this.#parts.budget?.took(-emptied.memoryBytes);
  }

  #release(): void {
    this.#parts.budget?.took(-this.#segments.memoryBytes);
    this.#segments.clear();
    this.#retainedBytes = 0;
  }
}
