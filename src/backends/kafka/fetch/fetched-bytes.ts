import {
  AbortedFilter,
  type AbortedTransaction,
  BatchReader,
  type KafkaRecord,
  ProtocolError,
  type RecordBatch,
  type RecordSource,
} from '../../../protocol/index.ts';

/** Records to hand over at once: enough to make the call cheap, few enough to notice soon that there is no room. */
const chunkRecords = 1_000;

/** A piece of what was fetched, ready to be handed over. */
export interface Chunk {
  readonly records: readonly KafkaRecord[];
  /** Where reading goes on after it. */
  readonly nextOffset: number;
  /** Epoch of the leader that wrote the last batch; -1: no batch was passed. */
  readonly epoch: number;
}

/** What one answer brought for one partition: bytes that are decoded piece by piece, when there is room for records. */
export class FetchedBytes {
  readonly highWatermark: number;
  #bytes: Buffer;
  #reader: BatchReader;
  readonly #filter: AbortedFilter | undefined;
  /** Behind the last batch that was read. */
  #end = 0;
  #readBytes = 0;
  /** Decoded records of a batch larger than a chunk. */
  #rest: KafkaRecord[] = [];
  #restAt = 0;
  #restEpoch = -1;
  #restNextOffset = 0;
  /** Found behind good batches, which are handed over first. */
  #damage: { readonly error: unknown } | undefined;
  #ended = false;

  /** @param aborted for reading committed records only */
  constructor(
    bytes: Buffer,
    highWatermark: number,
    aborted: readonly AbortedTransaction[] | undefined,
  ) {
    this.highWatermark = highWatermark;
    this.#bytes = bytes;
    this.#reader = new BatchReader(bytes);
    this.#filter = aborted && new AbortedFilter(aborted);
  }

  get done(): boolean {
    return this.#ended && this.#rest.length === 0 && this.#damage === undefined;
  }

  get bytesLeft(): number {
    return this.#bytes.length - this.#readBytes;
  }

  /**
   * Decodes the next records at or after `startOffset`.
   *
   * @throws ProtocolError when the next batch is damaged, again on every call.
   */
  next(source: Required<RecordSource>): Chunk {
    if (this.#rest.length > 0) return this.#nextOfRest();
    if (this.#damage !== undefined) throw this.#damage.error;
    const records: KafkaRecord[] = [];
    let { startOffset: nextOffset } = source;
    let epoch = -1;
    let batches = 0;
    try {
      while (records.length < chunkRecords) {
        const batch = this.#reader.next();
        if (batch === undefined) {
          this.#ended = true;
          break;
        }
        this.#checkOrder(batch);
        if (this.#wants(batch, source.startOffset)) batch.decodeInto(records, source);
        this.#readBytes += batch.sizeBytes;
        nextOffset = Math.max(nextOffset, batch.nextOffset);
        epoch = batch.partitionLeaderEpoch;
        batches++;
      }
    } catch (error) {
      this.#damage = { error };
      this.#ended = true;
      if (batches === 0) throw error;
    }
    return records.length > 2 * chunkRecords
      ? this.#split(records, nextOffset, epoch)
      : { records, nextOffset, epoch };
  }

  /**
   * Copies what is left, when it is the smaller part of the received bytes. A few records of a partition without room
   * would otherwise hold on to an answer that brought megabytes for others.
   */
  detach(): void {
    if (this.bytesLeft * 2 > this.#bytes.buffer.byteLength || this.#ended) return;
    this.#bytes = Buffer.from(this.#bytes.subarray(this.#readBytes));
    this.#reader = new BatchReader(this.#bytes);
    this.#readBytes = 0;
  }

  #wants(batch: RecordBatch, startOffset: number): boolean {
    const aborted = this.#filter?.isAborted(batch) ?? false;
    return !aborted && !batch.isControl && batch.lastOffset >= startOffset;
  }

  /** The checksum leaves the base offset out, so a damaged one shows only here. */
  #checkOrder({ baseOffset, nextOffset }: RecordBatch): void {
    if (baseOffset < this.#end)
      throw new ProtocolError(
        'CORRUPT',
        `Record batch at offset ${baseOffset} follows one that ends at ${this.#end}.`,
      );
    this.#end = nextOffset;
  }

  #split(records: KafkaRecord[], nextOffset: number, epoch: number): Chunk {
    this.#rest = records;
    this.#restNextOffset = nextOffset;
    this.#restEpoch = epoch;
    return this.#nextOfRest();
  }

  #nextOfRest(): Chunk {
    const records = this.#rest.slice(this.#restAt, this.#restAt + chunkRecords);
    this.#restAt += records.length;
    const epoch = this.#restEpoch;
    const following = this.#rest[this.#restAt];
    if (following !== undefined) return { records, nextOffset: following.offset, epoch };
    this.#rest = [];
    this.#restAt = 0;
    return { records, nextOffset: this.#restNextOffset, epoch };
  }
}
