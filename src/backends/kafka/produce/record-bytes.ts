import { Buffer } from 'node:buffer';
import { type Header, InvalidConfigError, type ProducerRecord } from '../../../core/index.ts';
import type { RecordHeader } from '../../../protocol/index.ts';

type Content = Buffer | string | null | undefined;

const noHeaders: readonly RecordHeader[] = Object.freeze([]);

/** A record as a batch takes it. */
export interface RecordContent {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  readonly timestampMs: number;
  /** Bytes of key, value and headers together. */
  readonly sizeBytes: number;
}

/** @throws InvalidConfigError when a part is of a type that cannot be written. */
export function toContent(record: ProducerRecord, nowMs: number): RecordContent {
  const key = toBytes('key', record.key);
  const value = toBytes('value', record.value);
  const headers = toHeaders(record.headers);
  const timestampMs = toTimestamp(record.timestampMs, nowMs);
  return { key, value, headers, timestampMs, sizeBytes: payloadBytes(key, value, headers) };
}

/**
 * A key or a value as bytes. Bytes are not copied here, the batch does that.
 *
 * @throws InvalidConfigError for anything else: written as it is, it would be garbage.
 */
function toBytes(what: string, content: Content): Buffer | null {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array || content === null) return content;
  if (content === undefined && what === 'key') return null;
  throw new InvalidConfigError('record', [
    `${what} is of type ${typeof content}, expected a Buffer, a string or null`,
  ]);
}

/** Headers in the order given; an object's in the order of its properties. */
function toHeaders(headers: ProducerRecord['headers']): readonly RecordHeader[] {
  if (headers === undefined) return noHeaders;
  if (Array.isArray(headers)) return headers.map(toHeader);
  return Object.entries(headers as Readonly<Record<string, string | Buffer | null>>).map(
    ([name, value]) => toHeader({ name, value }),
  );
}

function toHeader({ name, value }: { readonly name: string; readonly value: Content }): Header {
  return { name: String(name), value: toBytes(`header ${name}`, value) };
}

/** @throws InvalidConfigError for what is no time. */
function toTimestamp(timestampMs: number | undefined, nowMs: number): number {
  if (timestampMs === undefined) return nowMs;
  if (Number.isSafeInteger(timestampMs) && timestampMs >= 0) return timestampMs;
  throw new InvalidConfigError('record', [
    `timestampMs is ${timestampMs}, expected whole milliseconds since 1970`,
  ]);
}

/** Bytes of key, value and headers together. */
function payloadBytes(
  key: Buffer | null,
  value: Buffer | null,
  headers: readonly RecordHeader[],
): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers)
    bytes += Buffer.byteLength(header.name) + (header.value?.length ?? 0);
  return bytes;
}

/** At most what a record takes beside its payload: length, attributes, timestamp and offset deltas, lengths of its parts. */
export function framingBytes(headers: readonly RecordHeader[]): number {
  return 36 + headers.length * 10;
}

/** A copy that does not change when the caller uses its buffers again. */
export function copyRecord(record: ProducerRecord): ProducerRecord {
  const copy = <T>(content: T): T | Buffer =>
    content instanceof Uint8Array ? Buffer.from(content) : content;
  const { headers } = record;
  return {
    ...record,
    value: copy(record.value),
    ...(record.key !== undefined && { key: copy(record.key) }),
    ...(Array.isArray(headers) && {
      headers: headers.map(({ name, value }: Header) => ({ name, value: copy(value) })),
    }),
  };
}
