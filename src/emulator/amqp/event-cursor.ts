import { BatchReader, type KafkaRecord } from '../../protocol/index.ts';
import { splitExtras } from '../kafka-log/batch-extras.ts';
import type { StoredBatch } from '../kafka-log/batch-segment.ts';
import type { Partition } from '../kafka-log/partition.ts';

/** An event of the log, about to be delivered. */
export interface LoggedEvent {
  readonly sequenceNumber: number;
  readonly enqueuedAtMs: number;
  readonly record: KafkaRecord;
  /** An entry of the extras of its batch; undefined when there are none, as for what a Kafka client wrote. */
  readonly extras: Buffer | undefined;
}

/**
 * One reader's place in a partition. It decodes a batch when it comes to it and holds on to no other. What AMQP clients do not
 * get to see is passed over: gaps, markers of transactions, and what aborted transactions wrote; it stops in front of open ones.
 */
export class EventCursor {
  readonly #partition: Partition;
  #next: number;
  #records: KafkaRecord[] = [];
  #extras: readonly Buffer[] = [];
  #enqueuedAtMs = 0;
  #at = 0;
  #batchEnd = 0;

  constructor(partition: Partition, startFrom: number) {
    this.#partition = partition;
    this.#next = startFrom;
  }

  /** Whether there may be an event to read. */
  get hasMore(): boolean {
    return this.#next < this.#partition.lastStableOffset;
  }

  /** The event to deliver next, if there is one. @throws ProtocolError when a Kafka client wrote bytes that are no records. */
  peek(): LoggedEvent | undefined {
    this.#next = Math.max(this.#next, this.#partition.log.startOffset);
    for (;;) {
      for (; this.#at < this.#records.length; this.#at++) {
        const record = this.#records[this.#at];
        if (record !== undefined && record.offset >= this.#next) return this.#event(record);
      }
      this.#next = Math.max(this.#next, this.#batchEnd);
      if (!this.hasMore || !this.#load()) return undefined;
    }
  }

  /** The event that was peeked at is delivered. */
  advance(): void {
    const record = this.#records[this.#at];
    if (record !== undefined) this.#next = record.offset + 1;
    this.#at++;
    if (this.#at < this.#records.length) return;
    this.#next = Math.max(this.#next, this.#batchEnd);
    this.#forget();
  }

  #event(record: KafkaRecord): LoggedEvent {
    return {
      sequenceNumber: record.offset,
      enqueuedAtMs: this.#enqueuedAtMs,
      record,
      extras: this.#extras[this.#at],
    };
  }

  /** The batch with the next event; false when there is none. */
  #load(): boolean {
    this.#forget();
    const stored = this.#partition.log.batchAt(this.#next);
    if (stored === undefined) return false;
    this.#batchEnd = stored.nextOffset;
    this.#enqueuedAtMs = stored.appendedAtMs;
    this.#decode(stored);
    return true;
  }

  #decode({ bytes, extras, baseOffset }: StoredBatch): void {
    const batch = new BatchReader(bytes).next();
    if (batch === undefined || batch.isControl) return;
    const isAborted =
      batch.isTransactional && this.#partition.transactions.isAborted(batch.producerId, baseOffset);
    if (isAborted) return;
    batch.decodeInto(this.#records, { topic: '', partition: -1 });
    if (extras !== undefined) this.#extras = splitExtras(extras);
  }

  #forget(): void {
    this.#records = [];
    this.#extras = [];
    this.#at = 0;
  }
}
