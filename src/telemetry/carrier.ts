import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { type Header, type ProducerRecord, textOfHeader } from '../core/index.ts';

/** Where the SDKs of Azure have put `traceparent` since before there was a standard, and still do. */
const azureName = 'Diagnostic-Id';

/** Reads trace context from the headers of a record. */
export const headerGetter: TextMapGetter<readonly Header[]> = {
  keys: (headers) => headers.map(({ name }) => name),
  get: (headers, name) =>
    textOfHeader(headers, name) ??
    (name === 'traceparent' ? textOfHeader(headers, azureName) : undefined),
};

/** Collects what is to be written. */
export const textSetter: TextMapSetter<Map<string, string>> = {
  set: (carrier, name, value) => carrier.set(name, value),
};

/** The record with these headers instead of whatever it had under their names: it may have been read from somewhere. */
export function withHeaders(record: ProducerRecord, added: readonly Header[]): ProducerRecord {
  const { headers = [] }: Partial<ProducerRecord> = Object(record);
  // What is no record the producer will refuse in better words.
  if (!isObject(record) || !isObject(headers)) return record;
  const names = new Set(added.map(({ name }) => name));
  const own: readonly Header[] = isList(headers)
    ? headers
    : Object.entries(headers).map(([name, value]) => ({
        name,
        value: typeof value === 'string' ? Buffer.from(value) : value,
      }));
  return { ...record, headers: [...own.filter(({ name }) => !names.has(name)), ...added] };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isList(headers: NonNullable<ProducerRecord['headers']>): headers is readonly Header[] {
  return Array.isArray(headers);
}
