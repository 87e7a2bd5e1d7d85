import { RecordBatchBuilder, stampAppendTime } from '../../protocol/index.ts';
import { joinExtras } from '../kafka-log/batch-extras.ts';
import type { Partition } from '../kafka-log/partition.ts';
import type { ProducerStamp as BatchStamp } from '../kafka-log/producer-states.ts';
import type { Topic } from '../kafka-log/topic.ts';
import type { IncomingEvent } from './event.ts';
import { EventCursor } from './event-cursor.ts';
import { encodeExtras } from './event-extras.ts';
import { recordOfEvent } from './record-of-event.ts';

/** The end of a partition, as it is told to clients. */
export interface LastEvent {
  readonly sequenceNumber: number;
  readonly enqueuedAtMs: number;
}

/** One for all: the log copies a batch before the next one begins. */
const builder = new RecordBatchBuilder();

/** The log of a partition as AMQP sees it: events with sequence numbers, which are the offsets of the records they are. */
export class EventLog {
  readonly #topic: Topic;
  readonly #partition: Partition;

  constructor(topic: Topic, partition: Partition) {
    this.#topic = topic;
    this.#partition = partition;
  }

  get beginningSequenceNumber(): number {
    return this.#partition.log.startOffset;
  }

  get nextSequenceNumber(): number {
    return this.#partition.log.endOffset;
  }

  /** The newest event, also when it is gone since: undefined only where there never was one. */
  get last(): LastEvent | undefined {
    const { endOffset, newestMs } = this.#partition.log;
    if (endOffset === 0) return undefined;
    return { sequenceNumber: endOffset - 1, enqueuedAtMs: newestMs };
  }

  /** The hub was deleted. */
  get isClosed(): boolean {
    return this.#partition.log.isClosed;
  }

  /** Calls back whenever there may be more to read, until the returned function is called. */
  watch(changed: () => void): () => void {
    return this.#partition.log.watch(changed);
  }

  /** Drops what is older than the limit. */
  expire(nowMs: number): void {
    this.#partition.log.expire(nowMs);
  }

  /** Sequence number of the first event enqueued after that time, or with `inclusive` at it. */
  firstAt(timestampMs: number, inclusive: boolean): number {
    // Times in the log are whole milliseconds.
    const from = inclusive ? Math.ceil(timestampMs) : Math.floor(timestampMs) + 1;
    return this.#partition.log.offsetAtTime(from);
  }

  cursor(startFrom: number): EventCursor {
    return new EventCursor(this.#partition, startFrom);
  }

  /**
   * Appends the events of one delivery as one batch.
   *
   * @throws EncodingError when the bytes of one are no message; nothing is appended then.
   * @throws PartitaError `UNAVAILABLE` when they cannot be stored.
   */
  append(events: readonly IncomingEvent[], nowMs: number): void {
    if (events.length === 0) return;
    const { log } = this.#partition;
    const appendedAtMs = log.timeOf(Math.floor(nowMs));
    const records = events.map(recordOfEvent);
    builder.clear();
    for (const { key, value, headers } of records)
      builder.append(key, value, headers, appendedAtMs);
    const stamp = stampOf(events);
    const bytes = builder.build(stamp);
    if (this.#topic.batchRules.appendTime) stampAppendTime(bytes, appendedAtMs);
    const isPlain = records.every(({ extras, key }) => extras === undefined && key === null);
    const extras = isPlain
      ? undefined
      : joinExtras(records.map((record) => encodeExtras(record.extras)));
    const batch = { bytes, records: events.length, maxTimestampMs: appendedAtMs, extras };
    this.#partition.appendOwn(batch, appendedAtMs, stamp);
  }
}

/** Of the producer that sent the events; undefined unless they all are its, one behind the other. */
function stampOf(events: readonly IncomingEvent[]): BatchStamp | undefined {
  const first = events[0]?.stamp;
  if (first === undefined) return undefined;
  const { producerId, epoch, sequenceNumber } = first;
  const inOrder = events.every(
    ({ stamp }, at) =>
      stamp?.producerId === producerId &&
      stamp.epoch === epoch &&
      stamp.sequenceNumber === sequenceNumber + at,
  );
  if (!inOrder || sequenceNumber < 0) return undefined;
  return {
    producerId,
    producerEpoch: epoch,
    baseSequence: sequenceNumber,
    records: events.length,
  };
}
