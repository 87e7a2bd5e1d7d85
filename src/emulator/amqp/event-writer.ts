import type { StoredEvent } from '../log/partition-log.ts';
import type { IncomingEvent } from './event.ts';

const symbol = (name: string): Buffer =>
  Buffer.concat([Buffer.from([0xa3, name.length]), Buffer.from(name, 'latin1')]);

const sequenceNumberKey = symbol('x-opt-sequence-number');
const offsetKey = symbol('x-opt-offset');
const enqueuedTimeKey = symbol('x-opt-enqueued-time');
const partitionKeyKey = symbol('x-opt-partition-key');
/** A section of message annotations whose size and count follow in four bytes each. */
const annotationsStart = Buffer.from([0x00, 0x53, 0x72, 0xd1]);

/** What the log says about an event before it takes it. */
export interface Place {
  readonly sequenceNumber: number;
  readonly offset: number;
  readonly enqueuedAtMs: number;
}

/**
 * Writes events as they are delivered: the service's annotations in front of the client's bytes. Done once per event, when it
 * comes in, so delivering is sending stored bytes.
 */
export class EventWriter {
  #scratch = Buffer.allocUnsafeSlow(64 * 1024);
  #at = 0;

  /** The result is valid until the next call. */
  write(event: IncomingEvent, { sequenceNumber, offset, enqueuedAtMs }: Place): Buffer {
    this.#at = 0;
    this.#reserve(sizeBound(event));
    this.#put(event.header);
    this.#put(annotationsStart);
    const sizeAt = this.#at;
    this.#at += 8;
    this.#put(sequenceNumberKey);
    this.#long(0x81, sequenceNumber);
    this.#put(offsetKey);
    this.#text(Buffer.from(String(offset), 'latin1'));
    this.#put(enqueuedTimeKey);
    this.#long(0x83, enqueuedAtMs);
    let pairs = 3 + event.annotations.length;
    if (event.partitionKey !== undefined) {
      pairs++;
      this.#put(partitionKeyKey);
      this.#text(event.partitionKey);
    }
    for (const pair of event.annotations) this.#put(pair);
    this.#scratch.writeUInt32BE(this.#at - sizeAt - 4, sizeAt);
    this.#scratch.writeUInt32BE(pairs * 2, sizeAt + 4);
    this.#put(event.rest);
    return this.#scratch.subarray(0, this.#at);
  }

  #reserve(size: number): void {
    if (this.#scratch.length < size) this.#scratch = Buffer.allocUnsafeSlow(size);
  }

  #put(bytes: Uint8Array): void {
    this.#scratch.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #long(code: number, value: number): void {
    this.#at = this.#scratch.writeUInt8(code, this.#at);
    this.#at = this.#scratch.writeBigInt64BE(BigInt(Math.trunc(value)), this.#at);
  }

  #text(utf8: Buffer): void {
    if (utf8.length < 256) this.#at = this.#scratch.writeUInt16BE(0xa100 + utf8.length, this.#at);
    else {
      this.#at = this.#scratch.writeUInt8(0xb1, this.#at);
      this.#at = this.#scratch.writeUInt32BE(utf8.length, this.#at);
    }
    this.#put(utf8);
  }
}

function sizeBound({ header, annotations, partitionKey, rest }: IncomingEvent): number {
  const kept = annotations.reduce((size, pair) => size + pair.length, 0);
  return 256 + header.length + kept + (partitionKey?.length ?? 0) + rest.length;
}

const metricKeys = {
  sequenceNumber: symbol('last_enqueued_sequence_number'),
  offset: symbol('last_enqueued_offset'),
  enqueuedAt: symbol('last_enqueued_time_utc'),
  retrievedAt: symbol('runtime_info_retrieval_time_utc'),
};

/** The event with delivery annotations that tell how far the partition's end is, for receivers that asked for it. */
export function withRuntimeMetric(event: StoredEvent, last: StoredEvent, nowMs: number): Buffer {
  const long = (code: number, value: number): Buffer => {
    const bytes = Buffer.alloc(9, code);
    bytes.writeBigInt64BE(BigInt(Math.trunc(value)), 1);
    return bytes;
  };
  const offset = String(last.offset);
  const pairs = Buffer.concat([
    metricKeys.sequenceNumber,
    long(0x81, last.sequenceNumber),
    metricKeys.offset,
    Buffer.from([0xa1, offset.length]),
    Buffer.from(offset, 'latin1'),
    metricKeys.enqueuedAt,
    long(0x83, last.enqueuedAtMs),
    metricKeys.retrievedAt,
    long(0x83, nowMs),
  ]);
  const start = Buffer.from([0x00, 0x53, 0x71, 0xd1, 0, 0, 0, 0, 0, 0, 0, 8]);
  start.writeUInt32BE(pairs.length + 4, 4);
  const { bytes, headLength } = event;
  return Buffer.concat([bytes.subarray(0, headLength), start, pairs, bytes.subarray(headLength)]);
}
