import { isUtf8 } from 'node:buffer';
import type { ConsumerRecord } from '../core/index.ts';

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
  readonly headers: Readonly<Record<string, TextOrBytes>>;
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
    headers: Object.fromEntries(headers.map((header) => [header.name, textOrBytes(header.value)])),
  };
}

/** One line for people. */
export function recordLine(record: ConsumerRecord): string {
  const { topic, partition, offset, timestampMs, key, value, headers } = record;
  const facts = headers.map((header) => `${header.name}=${plain(header.value)}`).join(' ');
  const place = `${topic}-${partition}@${offset}`;
  return `${place}  ${timeText(timestampMs)}  ${plain(key)}  ${plain(value)}${facts === '' ? '' : `  {${facts}}`}`;
}

export function isTextOrBytes(value: unknown): value is TextOrBytes {
  return value === null || typeof value === 'string' || typeof Object(value).base64 === 'string';
}

/** Back from JSON. */
export function bytesOf(value: TextOrBytes): Buffer | null {
  if (value === null) return null;
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64');
}

export function timeText(timestampMs: number): string {
  return new Date(timestampMs).toISOString();
}

function textOrBytes(bytes: Buffer | null): TextOrBytes {
  if (bytes === null) return null;
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}

function plain(bytes: Buffer | null): string {
  const value = textOrBytes(bytes);
  if (value === null) return '-';
  return typeof value === 'string' ? value : `base64:${value.base64}`;
}
