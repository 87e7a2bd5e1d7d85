import type { ConsumerRecord, Header } from './record.ts';

/** What of a record may be shown differently. */
export interface ChangedContent {
  readonly key?: Buffer | null;
  readonly value?: Buffer | null;
  readonly headers?: readonly Header[];
}

/** The same record, at the same place, with other contents: what middleware hands on to the handler. */
export function withContent(record: ConsumerRecord, changed: ChangedContent): ConsumerRecord {
  const { topic, partition, offset, timestampMs, sizeBytes, token } = record;
  return {
    topic,
    partition,
    offset,
    timestampMs,
    key: changed.key === undefined ? record.key : changed.key,
    value: changed.value === undefined ? record.value : changed.value,
    headers: changed.headers ?? record.headers,
    sizeBytes,
    ...(token !== undefined && { token }),
  };
}
