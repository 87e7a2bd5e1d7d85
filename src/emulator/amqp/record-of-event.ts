import type { RecordHeader } from '../../protocol/index.ts';
import { EncodingError, variableAt } from './encoding.ts';
import type { IncomingEvent } from './event.ts';
import type { EventExtras } from './event-extras.ts';
import { headersOfApplicationProperties, headersOfProperties } from './headers-of-event.ts';
import { type Section, section, sectionAt } from './message-sections.ts';

/** An event as a Kafka record, and what only AMQP clients get to see. */
export interface EventRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  /** Undefined where the record says all. */
  readonly extras: EventExtras | undefined;
}

/** The name under which the service gives the partition key to Kafka clients. */
const PARTITION_KEY_HEADER = 'x-opt-partition-key';
const NOTHING = Buffer.alloc(0);

/** @throws EncodingError when the bytes are no message. */
export function recordOfEvent(event: IncomingEvent): EventRecord {
  const { partitionKey, rest } = event;
  const headers: RecordHeader[] = [];
  if (partitionKey !== undefined) headers.push({ name: PARTITION_KEY_HEADER, value: partitionKey });
  const body: Section[] = [];
  for (let at = 0; at < rest.length; ) {
    const part = sectionAt(rest, at);
    const { descriptor } = part;
    if (descriptor === section.properties) headers.push(...headersOfProperties(rest, part));
    else if (descriptor === section.applicationProperties)
      headers.push(...headersOfApplicationProperties(rest, part));
    else if (descriptor >= section.data && descriptor <= section.value) body.push(part);
    at = part.end;
  }
  const key = partitionKey ?? null;
  const [only] = body;
  if (body.length !== 1 || only === undefined) {
    const value = body.length === 0 ? null : Buffer.concat(body.map((part) => content(rest, part)));
    return { key, value, headers, extras: extrasOf(event, rest, NOTHING, false) };
  }
  const value = content(rest, only);
  const suffix = rest.subarray(only.end);
  const prefix = rest.subarray(0, only.end - value.length);
  const isPlain =
    event.header.length === 0 &&
    event.annotations.length === 0 &&
    suffix.length === 0 &&
    isDataStart(prefix, value.length);
  const extras = isPlain ? undefined : extrasOf(event, prefix, suffix, true);
  return { key, value, headers, extras };
}

/** The bytes of a data section; other bodies as AMQP writes them, type and all. They stand at the section's end. */
function content(bytes: Buffer, { descriptor, valueAt, end }: Section): Buffer {
  return descriptor === section.data ? variableAt(bytes, valueAt) : bytes.subarray(valueAt, end);
}

/** Whether it is what `dataStart` would write. */
function isDataStart(prefix: Buffer, length: number): boolean {
  return prefix.length <= 8 && prefix.equals(dataStart(length));
}

/** What stands in front of the bytes of a data section. */
export function dataStart(length: number): Buffer {
  if (length < 256) return Buffer.from([0x00, 0x53, section.data, 0xa0, length]);
  const start = Buffer.from([0x00, 0x53, section.data, 0xb0, 0, 0, 0, 0]);
  start.writeUInt32BE(length, 4);
  return start;
}

const MOST_ANNOTATIONS = 0xffff;

function extrasOf(
  { header, annotations }: IncomingEvent,
  prefix: Buffer,
  suffix: Buffer,
  holdsValue: boolean,
): EventExtras {
  if (annotations.length > MOST_ANNOTATIONS || header.length > MOST_ANNOTATIONS)
    throw new EncodingError('The header or the annotations of a message are too large.');
  const annotationCount = annotations.length;
  const kept = annotationCount === 0 ? NOTHING : Buffer.concat(annotations);
  return { header, annotationCount, annotations: kept, prefix, suffix, holdsValue };
}
