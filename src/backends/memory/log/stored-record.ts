import { type ConsumerRecord, type ProducerRecord, recordContent } from '../../../core/index.ts';

/** What a record without key, value and headers still counts against watermarks: offset, timestamp, lengths. */
const recordOverheadBytes = 16;

/**
 * A record as it lies in the log, apart from its place. Bytes are copied: what the writer does with its buffers later
 * changes nothing here.
 */
export type StoredContent = Omit<ConsumerRecord, 'topic' | 'partition' | 'offset'>;

/** @throws InvalidConfigError when a part is of a type that cannot be written. */
export function storedContent(record: ProducerRecord, nowMs: number, topic: string): StoredContent {
  const { key, value, headers, timestampMs, sizeBytes } = recordContent(record, nowMs, topic);
  return {
    key: copyOf(key),
    value: copyOf(value),
    headers: headers.map((header) => ({ name: header.name, value: copyOf(header.value) })),
    timestampMs,
    sizeBytes: sizeBytes + recordOverheadBytes,
  };
}

function copyOf(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}
