import { Buffer } from 'node:buffer';
import { crc32c } from '@node-rs/crc32';
import { ProtocolError } from '../protocol-error.ts';
import * as layout from './batch-layout.ts';
import { type Compression, compress, compressionId } from './compression.ts';
import type { RecordHeader } from './kafka-record.ts';
import { varintSize, varlongSize, writeVarint, writeVarlong } from './varint.ts';

const TWO_32 = 0x1_0000_0000;

export interface BatchOptions {
  /** @default 'none' */
  readonly compression?: Compression;
  /** With `producerEpoch` and `baseSequence` for an idempotent producer. @default -1 */
  readonly producerId?: number;
  /** @default -1 */
  readonly producerEpoch?: number;
  /** Sequence of the first record. @default -1 */
  readonly baseSequence?: number;
  /** @default false */
  readonly transactional?: boolean;
}

/** Writes records into one growing buffer and makes it a version 2 batch. */
export class RecordBatchBuilder {
  #bytes: Buffer;
  #length = layout.RECORDS_AT;
  #count = 0;
  #baseTimestampMs = 0;
  #maxTimestampMs = 0;

  /** @param capacity bytes to begin with; more are taken when needed */
  constructor(capacity: number = 16 * 1024) {
    this.#bytes = Buffer.allocUnsafe(Math.max(capacity, layout.RECORDS_AT));
  }

  /** Records so far. */
  get count(): number {
    return this.#count;
  }

  /** Exact size of the batch so far, before compression. */
  get sizeBytes(): number {
    return this.#length;
  }

  /** Bytes that `append` would add now. */
  sizeOf(
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[],
    timestampMs: number,
  ): number {
    const body = this.#bodySize(key, value, headers, timestampMs);
    return varintSize(body) + body;
  }

  /**
   * Adds a record. Key, value and headers are copied.
   *
   * @param timestampMs whole milliseconds since 1970; -1: none
   * @throws ProtocolError `UNSUPPORTED` for any other timestamp, which Java's consumers would not read.
   */
  append(
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[],
    timestampMs: number,
  ): void {
    if (!(Number.isSafeInteger(timestampMs) && timestampMs >= -1))
      throw new ProtocolError('UNSUPPORTED', `${timestampMs} is no timestamp in milliseconds.`);
    const body = this.#bodySize(key, value, headers, timestampMs);
    const needed = this.#length + varintSize(body) + body;
    if (needed > this.#bytes.length) this.#grow(needed);
    if (this.#count === 0) this.#baseTimestampMs = this.#maxTimestampMs = timestampMs;
    else if (timestampMs > this.#maxTimestampMs) this.#maxTimestampMs = timestampMs;
    const to = this.#bytes;
    let at = writeVarint(to, this.#length, body);
    to[at++] = 0; // attributes
    at = writeVarlong(to, at, timestampMs - this.#baseTimestampMs);
    at = writeVarint(to, at, this.#count);
    at = writeBytes(to, at, key);
    at = writeBytes(to, at, value);
    at = writeVarint(to, at, headers.length);
    for (const header of headers) {
      const length = Buffer.byteLength(header.name, 'utf8');
      at = writeVarint(to, at, length);
      at += to.write(header.name, at, length, 'utf8');
      at = writeBytes(to, at, header.value);
    }
    this.#length = at;
    this.#count++;
  }

  /** Begins the next batch in the same memory; what `build` returned without compression is overwritten then. */
  clear(): void {
    this.#length = layout.RECORDS_AT;
    this.#count = 0;
  }

  /**
   * The finished batch. May be called again, with a new producer id or sequence; without compression that changes the bytes
   * returned before, which are a view on the same memory.
   *
   * @throws ProtocolError `UNSUPPORTED` when the codec cannot be loaded, or there is no record.
   */
  build(options: BatchOptions = {}): Buffer {
    const { compression = 'none', transactional = false } = options;
    if (this.#count === 0)
      throw new ProtocolError('UNSUPPORTED', 'A batch needs at least one record.');
    const batch = this.#framed(compression);
    batch.fill(0, 0, layout.LENGTH_AT); // base offset: the broker's to give
    batch.writeInt32BE(batch.length - layout.PREFIX_BYTES, layout.LENGTH_AT);
    batch.writeInt32BE(-1, layout.LEADER_EPOCH_AT);
    batch.writeInt8(layout.MAGIC_V2, layout.MAGIC_AT);
    const attributes = compressionId(compression) | (transactional ? layout.TRANSACTIONAL : 0);
    batch.writeInt16BE(attributes, layout.ATTRIBUTES_AT);
    batch.writeInt32BE(this.#count - 1, layout.LAST_OFFSET_DELTA_AT);
    writeInt64(batch, layout.BASE_TIMESTAMP_AT, this.#baseTimestampMs);
    writeInt64(batch, layout.MAX_TIMESTAMP_AT, this.#maxTimestampMs);
    writeInt64(batch, layout.PRODUCER_ID_AT, options.producerId ?? -1);
    batch.writeInt16BE(options.producerEpoch ?? -1, layout.PRODUCER_EPOCH_AT);
    batch.writeInt32BE(options.baseSequence ?? -1, layout.BASE_SEQUENCE_AT);
    batch.writeInt32BE(this.#count, layout.COUNT_AT);
    batch.writeUInt32BE(crc32c(batch.subarray(layout.ATTRIBUTES_AT)), layout.CRC_AT);
    return batch;
  }

  #framed(compression: Compression): Buffer {
    if (compression === 'none') return this.#bytes.subarray(0, this.#length);
    const records = compress(this.#bytes.subarray(layout.RECORDS_AT, this.#length), compression);
    const batch = Buffer.allocUnsafe(layout.RECORDS_AT + records.length);
    records.copy(batch, layout.RECORDS_AT);
    return batch;
  }

  #bodySize(
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[],
    timestampMs: number,
  ): number {
    const delta = this.#count === 0 ? 0 : timestampMs - this.#baseTimestampMs;
    let size = 1 + varlongSize(delta) + varintSize(this.#count) + bytesSize(key) + bytesSize(value);
    size += varintSize(headers.length);
    for (const { name, value: headerValue } of headers) {
      const length = Buffer.byteLength(name, 'utf8');
      size += varintSize(length) + length + bytesSize(headerValue);
    }
    return size;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, layout.RECORDS_AT, layout.RECORDS_AT, this.#length);
    this.#bytes = larger;
  }
}

function bytesSize(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : varintSize(bytes.length) + bytes.length;
}

function writeBytes(to: Buffer, at: number, bytes: Uint8Array | null): number {
  if (bytes === null) return writeVarint(to, at, -1);
  const start = writeVarint(to, at, bytes.length);
  to.set(bytes, start);
  return start + bytes.length;
}

function writeInt64(to: Buffer, at: number, value: number): void {
  if (!Number.isSafeInteger(value))
    throw new ProtocolError('UNSUPPORTED', `64-bit number ${value} is no safe integer.`);
  to.writeInt32BE(Math.floor(value / TWO_32), at);
  to.writeInt32BE(value | 0, at + 4);
}
