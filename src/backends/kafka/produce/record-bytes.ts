import { Buffer } from 'node:buffer';
import type { ProducerRecord } from '../../../core/index.ts';
import type { RecordHeader } from '../../../protocol/index.ts';

const noHeaders: readonly RecordHeader[] = Object.freeze([]);

/** A key or a value as bytes. Bytes are not copied here, the batch does that. */
export function toBytes(value: Buffer | string | null | undefined): Buffer | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? Buffer.from(value) : value;
}

/** Headers in the order given; an object's in the order of its properties. */
export function toHeaders(headers: ProducerRecord['headers']): readonly RecordHeader[] {
  if (headers === undefined) return noHeaders;
  if (Array.isArray(headers)) return headers;
  return Object.entries(headers as Readonly<Record<string, string | Buffer | null>>).map(
    ([name, value]) => ({ name, value: toBytes(value) }),
  );
}

/** Bytes of key, value and headers together. */
export function payloadBytes(
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
