import type { Cancel, ConsumerRecord } from '../../../core/index.ts';
import type { StoredContent } from './stored-record.ts';

/** What one read finds. */
export interface LogSlice {
  readonly records: readonly ConsumerRecord[];
  /** Where to go on: past these records, and past the end of the log's gaps when nothing follows. */
  readonly nextOffset: number;
  readonly bytes: number;
}

/**
 * The log of one partition: records by rising offset. Offsets are given once and never again; trimming, compaction and
 * markers leave gaps, as on a real broker.
 */
export class PartitionLog {
  readonly topic: string;
  readonly partition: number;
  #records: ConsumerRecord[] = [];
  #startOffset = 0;
  #endOffset = 0;
  readonly #watchers = new Set<() => void>();

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  /** Offset of the oldest place that can be read. */
  get startOffset(): number {
    return this.#startOffset;
  }

  /** Offset that the next record will get. */
  get endOffset(): number {
    return this.#endOffset;
  }

  get records(): readonly ConsumerRecord[] {
    return this.#records;
  }

  /** Appends one record and returns its offset. */
  append(content: StoredContent): number {
    const offset = this.#endOffset++;
    const { timestampMs, key, value, headers, sizeBytes } = content;
    const { topic, partition } = this;
    this.#records.push({
      topic,
      partition,
      offset,
      timestampMs,
      key,
      value,
      headers,
      sizeBytes,
    });
    this.#changed();
    return offset;
  }

  /** Uses up offsets without a record, as the markers of transactions do. */
  appendMarkers(count: number): void {
    this.#endOffset += count;
    this.#changed();
  }

  /** Records from `offset` on, up to `maxBytes` but at least one. */
  read(offset: number, maxBytes: number): LogSlice {
    const first = this.#indexOf(offset);
    let end = first;
    let bytes = 0;
    for (; end < this.#records.length; end++) {
      const size = this.#records[end]?.sizeBytes ?? 0;
      if (end > first && bytes + size > maxBytes) break;
      bytes += size;
    }
    const atEnd = end === this.#records.length;
    const nextOffset = atEnd ? this.#endOffset : (this.#records[end - 1]?.offset ?? offset) + 1;
    return { records: this.#records.slice(first, end), nextOffset, bytes };
  }

  /** Offset of the first record written at or after that time; the end of the log when there is none. */
  offsetAt(timestampMs: number): number {
    const found = this.#records.find((record) => record.timestampMs >= timestampMs);
    return found?.offset ?? this.#endOffset;
  }

  /** Forgets everything before `offset`, as retention does. */
  trim(offset: number): void {
    this.#startOffset = Math.min(Math.max(offset, this.#startOffset), this.#endOffset);
    this.#records = this.#records.slice(this.#indexOf(this.#startOffset));
    this.#changed();
  }

  /** Keeps the newest record of each key, and none of a key whose newest value is null. Records without key stay. */
  compact(): void {
    const newest = new Map<string, ConsumerRecord>();
    for (const record of this.#records)
      if (record.key !== null) newest.set(record.key.toString('latin1'), record);
    const kept = new Set(newest.values());
    this.#records = this.#records.filter(
      (record) => record.key === null || (kept.has(record) && record.value !== null),
    );
  }

  /** Calls `run` after each change to what can be read, before the writer goes on: only note it there. */
  watch(run: () => void): Cancel {
    this.#watchers.add(run);
    return () => this.#watchers.delete(run);
  }

  #changed(): void {
    for (const run of this.#watchers) run();
  }

  /** Index of the first record at or after `offset`. */
  #indexOf(offset: number): number {
    // Without gaps, the usual case, the offset tells the index.
    const guess = offset - (this.#records[0]?.offset ?? 0);
    if (this.#records[guess]?.offset === offset) return guess;
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle]?.offset ?? offset) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
