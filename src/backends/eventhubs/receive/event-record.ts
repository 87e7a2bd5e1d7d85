import { Buffer } from 'node:buffer';
import type { ReceivedEventData } from '@azure/event-hubs';
import type { ConsumerRecord, Header, TopicPartition } from '../../../core/index.ts';

/** Application property that holds a key which cannot be a partition key: empty, no text, or too long. */
export const KEY_PROPERTY = 'partita-key';
/** Message annotation that holds the key of a record written over the Kafka endpoint. */
const KAFKA_KEY = 'x-opt-kafka-key';
/** Sections, annotations and the objects around an event, roughly. */
const OVERHEAD_BYTES = 200;

export type KeyOf = (event: ReceivedEventData) => Buffer | string | null;

/** An event as the engine knows it. Key and headers are made when asked for. */
export class EventRecord implements ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly value: Buffer | null;
  readonly sizeBytes: number;
  readonly token: string;
  readonly #event: ReceivedEventData;
  readonly #keyOf: KeyOf;
  #key: Buffer | null | undefined;
  #headers: readonly Header[] | undefined;

  constructor({ topic, partition }: TopicPartition, event: ReceivedEventData, keyOf: KeyOf) {
    this.topic = topic;
    this.partition = partition;
    this.offset = event.sequenceNumber;
    this.token = event.offset;
    this.timestampMs = event.enqueuedTimeUtc.getTime();
    this.value = bytesOf(event.body);
    this.sizeBytes = (this.value?.length ?? 0) + propertyBytes(event) + OVERHEAD_BYTES;
    this.#event = event;
    this.#keyOf = keyOf;
  }

  get key(): Buffer | null {
    if (this.#key === undefined) this.#key = bytesOf(this.#keyOf(this.#event));
    return this.#key;
  }

  get headers(): readonly Header[] {
    this.#headers ??= Object.entries(propertiesOf(this.#event))
      .filter(([name]) => name !== KEY_PROPERTY)
      .map(([name, value]) => ({ name, value: bytesOf(value) }));
    return this.#headers;
  }
}

/** Our own key, that of a Kafka client, or the partition key. */
export function recordKey(event: ReceivedEventData): Buffer | string | null {
  const { messageAnnotations } = event.getRawAmqpMessage();
  const given: unknown = propertiesOf(event)[KEY_PROPERTY] ?? messageAnnotations?.[KAFKA_KEY];
  return given === undefined || given === null ? (event.partitionKey ?? null) : bytesOf(given);
}

/** As they came: in the event's own `properties` the SDK turns bytes into objects. */
function propertiesOf(event: ReceivedEventData): Readonly<Record<string, unknown>> {
  return event.getRawAmqpMessage().applicationProperties ?? {};
}

/** Bytes as they are, texts as UTF-8, and what else AMQP can hold as JSON. */
function bytesOf(value: unknown): Buffer | null {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  // A body of several data sections.
  if (Array.isArray(value) && value.length > 0 && value.every((part) => part instanceof Uint8Array))
    return Buffer.concat(value);
  return Buffer.from(
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)),
  );
}

function propertyBytes(event: ReceivedEventData): number {
  const properties = propertiesOf(event);
  let bytes = 0;
  for (const name in properties) {
    const value = properties[name];
    const isLong = typeof value === 'string' || Buffer.isBuffer(value);
    bytes += name.length + (isLong ? value.length : 16);
  }
  return bytes;
}
