import { isUtf8 } from 'node:buffer';
import type { ConsumerRecord, Header } from '../core/index.ts';
import { visible } from './terminal/visible.ts';

/** Bytes as JSON has them: text where they are text. */
export type TextOrBytes = string | { readonly base64: string } | null;

/** A record as JSON; `produce --input json` takes the same. */
export interface RecordDocument {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: string;
  readonly key: TextOrBytes;
  readonly value: TextOrBytes;
  /** A list where a name occurs more than once. */
  readonly headers: Readonly<Record<string, TextOrBytes | readonly TextOrBytes[]>>;
}

export function recordDocument(record: ConsumerRecord): RecordDocument {
  const { topic, partition, offset, timestampMs, key, value, headers } = record;
  return {
    topic,
    partition,
    offset,
    timestamp: timeText(timestampMs),
    key: textOrBytes(key),
    value: textOrBytes(value),
    headers: headersDocument(headers),
  };
}

function headersDocument(headers: readonly Header[]): RecordDocument['headers'] {
  const values = new Map<string, TextOrBytes[]>();
  for (const { name, value } of headers)
    values.set(name, [...(values.get(name) ?? []), textOrBytes(value)]);
  return Object.fromEntries(
    [...values].map(([name, [first = null, ...more]]) => [
      name,
      more.length === 0 ? first : [first, ...more],
    ]),
  );
}

/** One line for people. */
export function recordLine(record: ConsumerRecord): string {
  const { topic, partition, offset, timestampMs, key, value, headers } = record;
  const facts = headers.map(({ name, value }) => `${visible(name)}=${plain(value)}`).join(' ');
  const place = `${topic}-${partition}@${offset}`;
  return `${place}  ${timeText(timestampMs)}  ${plain(key)}  ${plain(value)}${facts === '' ? '' : `  {${facts}}`}`;
}

export function isTextOrBytes(value: unknown): value is TextOrBytes {
  if (value === null || typeof value === 'string') return true;
  const { base64 } = Object(value);
  return (
    typeof base64 === 'string' &&
    /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(base64)
  );
}

/** Back from JSON. */
export function bytesOf(value: TextOrBytes): Buffer | null {
  if (value === null) return null;
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64');
}

/** Not every number that a client gave for a time is one, such as nanoseconds; then the number itself. */
export function timeText(timestampMs: number): string {
  const time = new Date(timestampMs);
  return Number.isNaN(time.getTime()) ? String(timestampMs) : time.toISOString();
}

function textOrBytes(bytes: Buffer | null): TextOrBytes {
  if (bytes === null) return null;
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}

function plain(bytes: Buffer | null): string {
  const value = textOrBytes(bytes);
  if (value === null) return '-';
  return typeof value === 'string' ? visible(value) : `base64:${value.base64}`;
}
