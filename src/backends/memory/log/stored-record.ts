import type { ConsumerRecord, Header, ProducerRecord } from '../../../core/index.ts';

/** What a record without key, value and headers still counts against watermarks: offset, timestamp, lengths. */
const recordOverheadBytes = 16;

const noHeaders: readonly Header[] = [];

/**
 * A record as it lies in the log, apart from its place. Bytes are copied: what the writer does with its buffers later
 * changes nothing here.
 */
export type StoredContent = Omit<ConsumerRecord, 'topic' | 'partition' | 'offset'>;

export function storedContent(record: ProducerRecord, nowMs: number): StoredContent {
  const key = copyOf(record.key);
  const value = copyOf(record.value);
  const headers = headersOf(record.headers);
  let sizeBytes = recordOverheadBytes + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers)
    sizeBytes += Buffer.byteLength(header.name) + (header.value?.length ?? 0);
  return { timestampMs: record.timestampMs ?? nowMs, key, value, headers, sizeBytes };
}

function copyOf(value: Buffer | string | null | undefined): Buffer | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value);
}

function headersOf(headers: ProducerRecord['headers']): readonly Header[] {
  if (headers === undefined) return noHeaders;
  if (isHeaderList(headers))
    return headers.map(({ name, value }) => ({ name, value: copyOf(value) }));
  return Object.entries(headers).map(([name, value]) => ({ name, value: copyOf(value) }));
}

function isHeaderList(
  headers: NonNullable<ProducerRecord['headers']>,
): headers is readonly Header[] {
  return Array.isArray(headers);
}
