import { VarintCursor } from './varint.ts';

/** A header of a record; names may repeat. */
export interface RecordHeader {
  readonly name: string;
  readonly value: Buffer | null;
}

/** What the records of one batch have in common. */
export interface BatchContext {
  readonly topic: string;
  readonly partition: number;
  readonly baseOffset: number;
  readonly baseTimestampMs: number;
  /** The broker's time, in place of every record's own; NaN when records keep theirs. */
  readonly appendTimestampMs: number;
  /** The records, uncompressed. */
  readonly bytes: Buffer;
}

const NO_HEADERS: readonly RecordHeader[] = Object.freeze([]);

/**
 * A record that has been found but not read: it knows where its parts are, and makes views on the received bytes when asked.
 * The decoder has checked all lengths, so no getter throws. As long as it lives it holds on to the whole batch.
 */
export class KafkaRecord {
  readonly #batch: BatchContext;
  /** Behind the attributes, where the timestamp begins. */
  readonly #at: number;
  readonly #end: number;
  readonly #offsetDelta: number;
  readonly #keyAt: number;
  readonly #keyLength: number;
  readonly #valueAt: number;
  readonly #valueLength: number;
  #key: Buffer | null | undefined = undefined;
  #value: Buffer | null | undefined = undefined;

  constructor(
    batch: BatchContext,
    at: number,
    end: number,
    offsetDelta: number,
    keyAt: number,
    keyLength: number,
    valueAt: number,
    valueLength: number,
  ) {
    this.#batch = batch;
    this.#at = at;
    this.#end = end;
    this.#offsetDelta = offsetDelta;
    this.#keyAt = keyAt;
    this.#keyLength = keyLength;
    this.#valueAt = valueAt;
    this.#valueLength = valueLength;
  }

  get topic(): string {
    return this.#batch.topic;
  }

  get partition(): number {
    return this.#batch.partition;
  }

  get offset(): number {
    return this.#batch.baseOffset + this.#offsetDelta;
  }

  /** Milliseconds since 1970; -1 when the producer gave none. */
  get timestampMs(): number {
    const { appendTimestampMs, baseTimestampMs, bytes } = this.#batch;
    if (!Number.isNaN(appendTimestampMs)) return appendTimestampMs;
    return baseTimestampMs + new VarintCursor(bytes, this.#at).varlong();
  }

  get key(): Buffer | null {
    if (this.#key === undefined) this.#key = this.#view(this.#keyAt, this.#keyLength);
    return this.#key;
  }

  get value(): Buffer | null {
    if (this.#value === undefined) this.#value = this.#view(this.#valueAt, this.#valueLength);
    return this.#value;
  }

  get headers(): readonly RecordHeader[] {
    const { bytes } = this.#batch;
    const cursor = new VarintCursor(bytes, this.#valueAt + Math.max(this.#valueLength, 0));
    const count = cursor.varint();
    if (count === 0) return NO_HEADERS;
    const headers: RecordHeader[] = [];
    for (let i = 0; i < count; i++) {
      const nameLength = cursor.varint();
      const name = bytes.toString('utf8', cursor.at, cursor.at + nameLength);
      cursor.at += nameLength;
      const valueLength = cursor.varint();
      headers.push({ name, value: this.#view(cursor.at, valueLength) });
      cursor.at += Math.max(valueLength, 0);
    }
    return headers;
  }

  /** Bytes of the uncompressed record: key, value, headers and a few bytes of framing. */
  get sizeBytes(): number {
    return this.#end - this.#at;
  }

  /** All parts as plain data. */
  toJSON(): object {
    const { topic, partition, offset, timestampMs, key, value, headers } = this;
    return { topic, partition, offset, timestampMs, key, value, headers };
  }

  #view(at: number, length: number): Buffer | null {
    return length < 0 ? null : this.#batch.bytes.subarray(at, at + length);
  }
}

// `console.log` cannot see behind getters, and would show an empty object.
Object.defineProperty(KafkaRecord.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: KafkaRecord): object {
    return this.toJSON();
  },
});
