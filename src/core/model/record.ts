/** A header of a record. A name may occur more than once; order is kept. */
export interface Header {
  readonly name: string;
  readonly value: Buffer | null;
}

/**
 * A record as it was read from a partition.
 *
 * `key`, `value` and `headers` may be decoded from the received bytes when first asked for, and are views on them:
 * copy what is kept for long.
 */
export interface ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  /** Kafka offset, or Event Hubs sequence number. */
  readonly offset: number;
  /** Broker or producer time in milliseconds since 1970, as the topic is configured. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly Header[];
  /** Bytes this record takes in the buffer; counted against the watermarks. */
  readonly sizeBytes: number;
  /** What the backend needs beside the offset to resume after this record. */
  readonly token?: string;
}

/** A record to be written. */
export interface ProducerRecord {
  /** Orders records: same key, same partition. `null` or absent: the partitioner chooses. */
  readonly key?: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: readonly Header[] | Readonly<Record<string, string | Buffer | null>>;
  /** Writes to this partition, whatever the key says. */
  readonly partition?: number;
  /** Creation time in milliseconds since 1970. @default now */
  readonly timestampMs?: number;
}

/** Where an acknowledged record was written. `offset` is -1 when the backend was told not to wait for it (acks 0), or does not say it. */
export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}
