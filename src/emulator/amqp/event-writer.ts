import type { RecordHeader } from '../../protocol/index.ts';
import type { LoggedEvent } from './event-cursor.ts';
import { decodeExtras, type EventExtras } from './event-extras.ts';
import type { LastEvent } from './event-log.ts';
import { offsetOf } from './event-offset.ts';
import { MessageWriter } from './message-writer.ts';
import { dataStart } from './record-of-event.ts';

const LONG = 0x81;
const TIMESTAMP = 0x83;
const NOTHING = Buffer.alloc(0);
/** Longest partition key of the service, in characters. */
const MAX_KEY_LENGTH = 128;

/** The state of the partition, for receivers that asked for it. */
export interface RuntimeMetric {
  readonly last: LastEvent;
  readonly nowMs: number;
}

/** The message an AMQP client gets: the annotations of the service in front of what was sent, byte for byte. */
export function messageOf(event: LoggedEvent, metric?: RuntimeMetric): Buffer {
  const { record, extras } = event;
  const said = extras === undefined ? undefined : decodeExtras(extras);
  const to = new MessageWriter(512 + record.sizeBytes + (extras?.length ?? 0));
  if (said !== undefined) to.put(said.header);
  if (metric !== undefined) putMetric(to, metric);
  putAnnotations(to, event, said);
  if (extras === undefined) putApplicationProperties(to, record.headers);
  putBody(to, record.value, said);
  return to.bytes;
}

function putMetric(to: MessageWriter, { last, nowMs }: RuntimeMetric): void {
  to.map(0x71, () => {
    to.symbol('last_enqueued_sequence_number').long(LONG, last.sequenceNumber);
    to.symbol('last_enqueued_offset').text(String(offsetOf(last.sequenceNumber)));
    to.symbol('last_enqueued_time_utc').long(TIMESTAMP, last.enqueuedAtMs);
    to.symbol('runtime_info_retrieval_time_utc').long(TIMESTAMP, nowMs);
    return 4;
  });
}

function putAnnotations(
  to: MessageWriter,
  { sequenceNumber, enqueuedAtMs, record: { key }, extras }: LoggedEvent,
  said: EventExtras | undefined,
): void {
  to.map(0x72, () => {
    to.symbol('x-opt-sequence-number').long(LONG, sequenceNumber);
    to.symbol('x-opt-offset').text(String(offsetOf(sequenceNumber)));
    to.symbol('x-opt-enqueued-time').long(TIMESTAMP, enqueuedAtMs);
    let pairs = 3;
    if (key !== null && extras === undefined) {
      to.symbol('x-opt-kafka-key').binary(key);
      pairs++;
    }
    if (key !== null && (extras !== undefined || isPartitionKey(key))) {
      to.symbol('x-opt-partition-key').utf8(key);
      pairs++;
    }
    if (said !== undefined) to.put(said.annotations);
    return pairs + (said?.annotationCount ?? 0);
  });
}

/** A record's key is told as partition key where it could be one. */
function isPartitionKey(key: Buffer): boolean {
  const text = key.toString('utf8');
  return text !== '' && text.length <= MAX_KEY_LENGTH && Buffer.from(text).equals(key);
}

/** Headers of a Kafka client: bytes, as on the service. Names of properties do not repeat, so the last of one name counts. */
function putApplicationProperties(to: MessageWriter, headers: readonly RecordHeader[]): void {
  if (headers.length === 0) return;
  const byName = new Map(headers.map(({ name, value }) => [name, value]));
  to.map(0x74, () => {
    for (const [name, value] of byName) {
      to.text(name);
      if (value === null) to.put(NULL);
      else to.binary(value);
    }
    return byName.size;
  });
}

const NULL = Buffer.from([0x40]);

function putBody(to: MessageWriter, value: Buffer | null, said: EventExtras | undefined): void {
  const content = value ?? NOTHING;
  if (said === undefined) {
    to.put(dataStart(content.length));
    to.put(content);
    return;
  }
  to.put(said.prefix);
  if (said.holdsValue) to.put(content);
  to.put(said.suffix);
}
