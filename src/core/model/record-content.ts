import type { Header, ProducerRecord } from './record.ts';
import { invalidRecord, isTimestamp } from './record-problems.ts';

type Content = Buffer | string | null | undefined;

const noHeaders: readonly Header[] = Object.freeze([]);

/** A record to be written, as bytes. */
export interface RecordContent {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly Header[];
  readonly timestampMs: number;
  /** Bytes of key, value and headers together. */
  readonly sizeBytes: number;
}

/**
 * What a user gave, as bytes; for the producers of all backends. Buffers are not copied.
 *
 * @throws InvalidConfigError when a part is of a type that cannot be written, with all such parts.
 */
export function recordContent(record: ProducerRecord, nowMs: number, topic: string): RecordContent {
  const given: Partial<ProducerRecord> = Object(record);
  const key = toBytes(given.key ?? null);
  const value = toBytes(given.value);
  const headers = toHeaders(given.headers);
  const { timestampMs } = given;
  const isDated = timestampMs === undefined || isTimestamp(timestampMs);
  if (key === bad || value === bad || headers === bad || !isDated)
    throw invalidRecord(record, topic);
  return {
    key,
    value,
    headers,
    timestampMs: timestampMs ?? nowMs,
    sizeBytes: sizeOf(key, value, headers),
  };
}

/** In the place of what cannot be written: as it is, it would be garbage. */
const bad: unique symbol = Symbol('bad');

function toBytes(content: Content): Buffer | null | typeof bad {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array || content === null ? content : bad;
}

/** Headers in the order given; an object's in the order of its properties. */
function toHeaders(given: ProducerRecord['headers']): readonly Header[] | typeof bad {
  if (given === undefined) return noHeaders;
  if (typeof given !== 'object' || given === null) return bad;
  const headers: Header[] = [];
  for (const { name, value } of Array.isArray(given) ? given.map(Object) : named(given)) {
    const bytes = toBytes(value);
    if (typeof name !== 'string' || bytes === bad) return bad;
    headers.push({ name, value: bytes });
  }
  return headers;
}

function named(headers: object): { readonly name: string; readonly value: Content }[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

function sizeOf(key: Buffer | null, value: Buffer | null, headers: readonly Header[]): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers)
    bytes += Buffer.byteLength(header.name) + (header.value?.length ?? 0);
  return bytes;
}
