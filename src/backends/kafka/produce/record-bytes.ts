import { Buffer } from 'node:buffer';
import type { Header, ProducerRecord } from '../../../core/index.ts';

/** At most what a record takes beside its payload: length, attributes, timestamp and offset deltas, lengths of its parts. */
export function framingBytes(headers: readonly Header[]): number {
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
