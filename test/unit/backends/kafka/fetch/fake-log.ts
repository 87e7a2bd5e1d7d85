import { crc32c } from '@node-rs/crc32';
import { type BatchOptions, RecordBatchBuilder } from '../../../../../src/protocol/index.ts';

export interface AppendOptions extends BatchOptions {
  /** Deltas that compaction has removed, as seen by whoever reads the batch's header: its end. */
  readonly lostTail?: number;
  readonly valueBytes?: number;
}

interface StoredBatch {
  readonly base: number;
  readonly last: number;
  readonly bytes: Buffer;
}

/** A partition's log as a broker keeps it: whole batches, with a beginning, an end, and epochs of leaders. */
export class FakeLog {
  startOffset = 0;
  endOffset = 0;
  lastStableOffset: number | undefined;
  epoch = 0;
  readonly aborted: { producerId: number; firstOffset: number }[] = [];
  #batches: StoredBatch[] = [];
  /** Where each epoch begins. */
  #epochs: { readonly epoch: number; readonly start: number }[] = [];

  /** Values are `topic-partition@offset` unless sized. Returns the first offset. */
  append(count: number, options: AppendOptions = {}): number {
    const builder = new RecordBatchBuilder();
    const base = this.endOffset;
    for (let i = 0; i < count; i++) {
      const value = Buffer.alloc(options.valueBytes ?? 8, String(base + i));
      builder.append(Buffer.from(String(i)), value, [], 1_000 + i);
    }
    const bytes = Buffer.from(builder.build(options));
    return this.#store(bytes, count + (options.lostTail ?? 0));
  }

  /** A batch that compaction has emptied. */
  appendEmpty(offsets: number): number {
    const builder = new RecordBatchBuilder();
    builder.append(null, null, [], 1_000);
    const bytes = Buffer.from(builder.build().subarray(0, 61));
    bytes.writeInt32BE(61 - 12, 8);
    bytes.writeInt32BE(0, 57);
    return this.#store(bytes, offsets);
  }

  /** The marker that ends a transaction. */
  appendMarker(producerId: number, kind: 'commit' | 'abort'): number {
    const builder = new RecordBatchBuilder();
    const key = Buffer.from([0, 0, 0, kind === 'commit' ? 1 : 0]);
    builder.append(key, Buffer.alloc(6), [], 1_000);
    const bytes = Buffer.from(
      builder.build({ producerId, producerEpoch: 0, baseSequence: -1, transactional: true }),
    );
    bytes.writeInt16BE(bytes.readInt16BE(21) | 0x20, 21);
    return this.#store(bytes, 1);
  }

  /** A new leader that has nothing from `offset` on. */
  truncate(offset: number): void {
    this.#batches = this.#batches.filter((batch) => batch.last < offset);
    this.endOffset = (this.#batches.at(-1)?.last ?? offset - 1) + 1;
    this.#epochs = this.#epochs.filter(({ start }) => start < this.endOffset);
  }

  /** Whole batches beginning with the one that holds `offset`, at least one. */
  read(offset: number, maxBytes: number): Buffer {
    const parts: Buffer[] = [];
    let bytes = 0;
    const stable = this.lastStableOffset ?? this.endOffset;
    for (const batch of this.#batches) {
      if (batch.last < offset || batch.base >= stable) continue;
      if (parts.length > 0 && bytes + batch.bytes.length > maxBytes) break;
      parts.push(batch.bytes);
      bytes += batch.bytes.length;
    }
    return Buffer.concat(parts);
  }

  /** End of the largest epoch that is not above the one asked for. */
  epochEnd(epoch: number): { epoch: number; endOffset: number } {
    let found = { epoch: -1, endOffset: -1 };
    for (const [i, each] of this.#epochs.entries())
      if (each.epoch <= epoch)
        found = { epoch: each.epoch, endOffset: this.#epochs[i + 1]?.start ?? this.endOffset };
    return found;
  }

  #store(bytes: Buffer, offsets: number): number {
    const base = this.endOffset;
    bytes.writeBigInt64BE(BigInt(base), 0);
    bytes.writeInt32BE(this.epoch, 12);
    bytes.writeInt32BE(offsets - 1, 23);
    bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
    if (this.#epochs.at(-1)?.epoch !== this.epoch)
      this.#epochs.push({ epoch: this.epoch, start: base });
    this.endOffset = base + offsets;
    this.#batches.push({ base, last: this.endOffset - 1, bytes });
    return base;
  }
}
