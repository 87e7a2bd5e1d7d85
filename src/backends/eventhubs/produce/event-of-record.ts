import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { EventDataBatch } from '@azure/event-hubs';
import {
  type Header,
  InvalidConfigError,
  type ProducerRecord,
  recordContent,
} from '../../../core/index.ts';
import { KEY_PROPERTY } from '../receive/event-record.ts';

/** The service takes no more characters in a partition key. */
const MAX_KEY_LENGTH = 128;

/** A whole AMQP message: `AmqpAnnotatedMessage` of the SDK, which exports no such name. */
export type EventMessage = Parameters<EventDataBatch['tryAdd']>[0];

/** A record in the words of AMQP, and what its partition is chosen by. */
export interface OutgoingEvent {
  readonly message: EventMessage;
  /** Bytes of the partition key. */
  readonly key: Buffer | null;
  readonly sizeBytes: number;
}

/**
 * Text keys become partition keys, text headers text properties, so that other software understands them. Buffers are copied.
 *
 * @throws InvalidConfigError when the record cannot be an event.
 */
export function eventOfRecord(record: ProducerRecord, topic: string): OutgoingEvent {
  // The service has a time of its own; the one given is only checked.
  const { key, value, headers, sizeBytes } = recordContent(record, 0, topic);
  const properties = propertiesOf(headers);
  const partitionKey = key === null ? undefined : partitionKeyOf(key);
  if (key !== null && partitionKey !== String(key)) properties[KEY_PROPERTY] = Buffer.from(key);
  const message = {
    ...(value === null
      ? { body: null, bodyType: 'value' as const }
      : { body: Buffer.from(value), bodyType: 'data' as const }),
    applicationProperties: properties,
    ...(partitionKey !== undefined && {
      messageAnnotations: { 'x-opt-partition-key': partitionKey },
      // An event with a key and no header is not routed by some versions of the service.
      header: { durable: true },
    }),
  };
  return {
    message,
    key: partitionKey === undefined ? null : Buffer.from(partitionKey),
    sizeBytes,
  };
}

/** The key itself where it can be one; else a digest, which puts the same keys together. */
function partitionKeyOf(key: Buffer): string {
  const text = textOf(key);
  if (text !== undefined && text !== '' && text.length <= MAX_KEY_LENGTH) return text;
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

function propertiesOf(headers: readonly Header[]): Record<string, string | Buffer | null> {
  const properties: Record<string, string | Buffer | null> = {};
  for (const { name, value } of headers) {
    if (Object.hasOwn(properties, name))
      throw new InvalidConfigError('record', [
        `header ${name} occurs twice, but an event has one property of a name`,
      ]);
    properties[name] = value === null ? null : (textOf(value) ?? Buffer.from(value));
  }
  return properties;
}

/** Undefined when the bytes are no UTF-8. */
function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}
