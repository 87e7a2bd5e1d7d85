import { crc32c } from '@node-rs/crc32';
import { ProtocolError } from '../protocol-error.ts';
import * as layout from './batch-layout.ts';
import { decompress } from './compression.ts';
import { type BatchContext, KafkaRecord } from './kafka-record.ts';
import { VarintCursor } from './varint.ts';

const TWO_32 = 0x1_0000_0000;
const NO_LIMIT = -1;

/** Where decoded records say they come from, and the first offset wanted. */
export interface RecordSource {
  readonly topic: string;
  readonly partition: number;
  /** Records below are left out: a batch is sent whole even when only its tail was asked for. @default all */
  readonly startOffset?: number;
}

/** One version 2 batch as it was received: its header, and its records on demand. */
export class RecordBatch {
  readonly baseOffset: number;
  /** Last offset the batch covers, also when compaction has taken the records at its end. */
  readonly lastOffset: number;
  readonly partitionLeaderEpoch: number;
  /** -1: written without idempotence. */
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly isTransactional: boolean;
  /** Holds a transaction marker, not records of a producer. */
  readonly isControl: boolean;
  readonly timestampType: 'create' | 'append';
  readonly maxTimestampMs: number;
  /** Records that are left in it; 0 after compaction of all. */
  readonly count: number;
  /** Bytes on the wire, header included. */
  readonly sizeBytes: number;
  readonly #bytes: Buffer;
  readonly #compression: number;
  readonly #baseTimestampMs: number;

  /** `bytes`: exactly one whole batch. Its checksum is verified. */
  constructor(bytes: Buffer) {
    const attributes = bytes.readInt16BE(layout.ATTRIBUTES_AT);
    this.#bytes = bytes;
    this.#compression = attributes & layout.COMPRESSION_MASK;
    this.#baseTimestampMs = int64(bytes, layout.BASE_TIMESTAMP_AT);
    this.baseOffset = int64(bytes, layout.BASE_OFFSET_AT);
    this.lastOffset = this.baseOffset + bytes.readInt32BE(layout.LAST_OFFSET_DELTA_AT);
    this.partitionLeaderEpoch = bytes.readInt32BE(layout.LEADER_EPOCH_AT);
    this.producerId = int64(bytes, layout.PRODUCER_ID_AT);
    this.producerEpoch = bytes.readInt16BE(layout.PRODUCER_EPOCH_AT);
    this.baseSequence = bytes.readInt32BE(layout.BASE_SEQUENCE_AT);
    this.isTransactional = (attributes & layout.TRANSACTIONAL) !== 0;
    this.isControl = (attributes & layout.CONTROL) !== 0;
    this.timestampType = (attributes & layout.LOG_APPEND_TIME) === 0 ? 'create' : 'append';
    this.maxTimestampMs = int64(bytes, layout.MAX_TIMESTAMP_AT);
    this.count = bytes.readInt32BE(layout.COUNT_AT);
    this.sizeBytes = bytes.length;
    this.#check();
  }

  /** The offset to fetch after this batch. */
  get nextOffset(): number {
    return this.lastOffset + 1;
  }

  /**
   * Appends the records to `into`; with an error nothing is appended.
   *
   * @throws ProtocolError `CORRUPT`, or `UNSUPPORTED` for an unknown codec, with `baseOffset`.
   */
  decodeInto(into: KafkaRecord[], source: RecordSource): void {
    const before = into.length;
    try {
      this.#decode(into, source);
    } catch (cause) {
      into.length = before;
      throw this.#translated(cause);
    }
  }

  /** What a control batch says: type 0 aborts, 1 commits a transaction; other types are of no concern to consumers. */
  get controlType(): 'abort' | 'commit' | 'other' {
    if (!this.isControl || this.count === 0) return 'other';
    const records: KafkaRecord[] = [];
    this.decodeInto(records, { topic: '', partition: -1 });
    const key = records[0]?.key;
    if (key == null || key.length < 4) return 'other';
    const type = key.readInt16BE(2);
    return type === 0 ? 'abort' : type === 1 ? 'commit' : 'other';
  }

  #decode(into: KafkaRecord[], source: RecordSource): void {
    const compressed = this.#bytes.subarray(layout.RECORDS_AT);
    if (this.count === 0) return;
    const bytes = decompress(compressed, this.#compression);
    const batch: BatchContext = {
      topic: source.topic,
      partition: source.partition,
      baseOffset: this.baseOffset,
      baseTimestampMs: this.#baseTimestampMs,
      appendTimestampMs: this.timestampType === 'append' ? this.maxTimestampMs : Number.NaN,
      bytes,
    };
    const firstDelta = (source.startOffset ?? NO_LIMIT) - this.baseOffset;
    const cursor = new VarintCursor(bytes, 0);
    for (let i = 0; i < this.count; i++) readRecord(cursor, batch, firstDelta, into);
    if (cursor.at !== bytes.length)
      throw new ProtocolError(
        'CORRUPT',
        `${bytes.length - cursor.at} bytes follow the last record.`,
      );
  }

  #check(): void {
    const crc = this.#bytes.readUInt32BE(layout.CRC_AT);
    const actual = crc32c(this.#bytes.subarray(layout.ATTRIBUTES_AT));
    if (crc !== actual)
      throw this.#corrupt(`has checksum ${hex(actual)}, its header says ${hex(crc)}`);
    if (!Number.isSafeInteger(this.baseOffset) || this.baseOffset < 0)
      throw this.#corrupt('has a base offset outside the safe integers');
    if (this.lastOffset < this.baseOffset) throw this.#corrupt(`ends at offset ${this.lastOffset}`);
    if (this.count < 0) throw this.#corrupt(`has ${this.count} records`);
  }

  #translated(cause: unknown): unknown {
    if (!(cause instanceof ProtocolError)) return cause;
    const message = `Record batch at offset ${this.baseOffset}: ${cause.message}`;
    const code = cause.code === 'UNSUPPORTED' ? 'UNSUPPORTED' : 'CORRUPT';
    return new ProtocolError(code, message, { cause, baseOffset: this.baseOffset });
  }

  #corrupt(what: string): ProtocolError {
    const { baseOffset } = this;
    return new ProtocolError('CORRUPT', `Record batch at offset ${baseOffset} ${what}.`, {
      baseOffset,
    });
  }
}

/** Checks every length of the record, so that reading its parts later cannot fail (`DefaultRecord.readFrom`). */
function readRecord(
  cursor: VarintCursor,
  batch: BatchContext,
  firstDelta: number,
  into: KafkaRecord[],
): void {
  const length = cursor.varint();
  const start = cursor.at;
  const end = start + length;
  if (!(length > 0 && end <= cursor.buffer.length)) throw damaged(start);
  cursor.at = start + 1; // attributes: unused so far
  cursor.skipVarlong();
  const offsetDelta = cursor.varint();
  const keyLength = cursor.varint();
  const keyAt = cursor.at;
  if (keyLength > 0) cursor.at = keyAt + keyLength;
  const valueLength = cursor.varint();
  const valueAt = cursor.at;
  if (valueLength > 0) cursor.at = valueAt + valueLength;
  const headers = cursor.varint();
  if (headers !== 0) skipHeaders(cursor, headers, end);
  // One comparison for all parts: whichever length is wrong, the walk does not end where the record does.
  if (cursor.at !== end) throw damaged(start);
  if (offsetDelta >= firstDelta)
    into.push(
      new KafkaRecord(batch, start + 1, end, offsetDelta, keyAt, keyLength, valueAt, valueLength),
    );
}

function skipHeaders(cursor: VarintCursor, count: number, end: number): void {
  if (count < 0) throw damaged(cursor.at);
  for (let i = 0; i < count; i++) {
    const nameLength = cursor.varint();
    if (nameLength < 0) throw damaged(cursor.at);
    cursor.at += nameLength;
    const valueLength = cursor.varint();
    if (valueLength > 0) cursor.at += valueLength;
    if (cursor.at > end) throw damaged(cursor.at);
  }
}

function damaged(at: number): ProtocolError {
  return new ProtocolError('CORRUPT', `Lengths of the record at byte ${at} contradict each other.`);
}

/** As a double: exact for the safe integers, rounded beyond. */
function int64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * TWO_32 + bytes.readUInt32BE(at + 4);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
