import { InvalidConfigError } from './errors.ts';
import type { Header, ProducerRecord } from './record.ts';

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
 * @throws InvalidConfigError when a part is of a type that cannot be written.
 */
export function recordContent(record: ProducerRecord, nowMs: number): RecordContent {
  const key = toBytes('key', record.key);
  const value = toBytes('value', record.value);
  const headers = toHeaders(record.headers);
  const timestampMs = toTimestamp(record.timestampMs, nowMs);
  return { key, value, headers, timestampMs, sizeBytes: sizeOf(key, value, headers) };
}

/** Written as it is, anything else would be garbage. */
function toBytes(what: string, content: Content): Buffer | null {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array || content === null) return content;
  if (content === undefined && what === 'key') return null;
  throw new InvalidConfigError('record', [
    `${what} is of type ${typeof content}, expected a Buffer, a string or null`,
  ]);
}

/** Headers in the order given; an object's in the order of its properties. */
function toHeaders(headers: ProducerRecord['headers']): readonly Header[] {
  if (headers === undefined) return noHeaders;
  if (Array.isArray(headers)) return headers.map(toHeader);
  return Object.entries(headers as Readonly<Record<string, string | Buffer | null>>).map(
    ([name, value]) => toHeader({ name, value }),
  );
}

function toHeader({ name, value }: { readonly name: string; readonly value: Content }): Header {
  return { name: String(name), value: toBytes(`header ${name}`, value) };
}

function toTimestamp(timestampMs: number | undefined, nowMs: number): number {
  if (timestampMs === undefined) return nowMs;
  if (Number.isSafeInteger(timestampMs) && timestampMs >= 0) return timestampMs;
  throw new InvalidConfigError('record', [
    `timestampMs is ${timestampMs}, expected whole milliseconds since 1970`,
  ]);
}

function sizeOf(key: Buffer | null, value: Buffer | null, headers: readonly Header[]): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers)
    bytes += Buffer.byteLength(header.name) + (header.value?.length ?? 0);
  return bytes;
}
