import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import type { Header, ProducerRecord } from '../core/index.ts';

/** Reads trace context from the headers of a record. */
export const headerGetter: TextMapGetter<readonly Header[]> = {
  keys: (headers) => headers.map(({ name }) => name),
  get(headers, name) {
    for (const header of headers) if (header.name === name) return textOf(header.value);
    return undefined;
  },
};

/**
 * What was sent to Event Hubs over AMQP and is read over Kafka has the code of its type before it: 0xa1 and a length of one byte
 * for a string, 0xb1 and four bytes for a long one. Trace context is ASCII, and begins with neither.
 *
 * https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-types-v1.0-os.html#type-string
 */
function textOf(value: Buffer | null): string | undefined {
  if (value === null) return undefined;
  const isShort = value.length >= 2 && value[0] === 0xa1 && value[1] === value.length - 2;
  const isLong =
    value.length >= 5 && value[0] === 0xb1 && value.readUInt32BE(1) === value.length - 5;
  return value.toString('utf8', isShort ? 2 : isLong ? 5 : 0);
}

/** Collects what is to be written. */
export const textSetter: TextMapSetter<Map<string, string>> = {
  set: (carrier, name, value) => carrier.set(name, value),
};

/** The record with these headers instead of whatever it had under their names: it may have been read from somewhere. */
export function withHeaders(record: ProducerRecord, added: readonly Header[]): ProducerRecord {
  const { headers } = record;
  if (headers === undefined) return { ...record, headers: added };
  const names = new Set(added.map(({ name }) => name));
  const own: readonly Header[] = isList(headers)
    ? headers
    : Object.entries(headers).map(([name, value]) => ({
        name,
        value: typeof value === 'string' ? Buffer.from(value) : value,
      }));
  return { ...record, headers: [...own.filter(({ name }) => !names.has(name)), ...added] };
}

function isList(headers: NonNullable<ProducerRecord['headers']>): headers is readonly Header[] {
  return Array.isArray(headers);
}
