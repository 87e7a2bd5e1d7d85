import { EncodingError, eachPair, integerAt, variableAt } from './encoding.ts';
import { type Section, section, sectionAt } from './message-sections.ts';

/** Where an idempotent producer stands with an event. */
export interface ProducerStamp {
  readonly producerId: number;
  readonly epoch: number;
  readonly sequenceNumber: number;
}

/** An event as a client sent it, cut apart but not decoded, so that all types stay as they were. */
export interface IncomingEvent {
  /** The header section, maybe empty. */
  readonly header: Buffer;
  /** Keys and values of the annotations to keep, encoded. */
  readonly annotations: readonly Buffer[];
  /** UTF-8. */
  readonly partitionKey: Buffer | undefined;
  readonly stamp: ProducerStamp | undefined;
  /** All sections from the properties on. */
  readonly rest: Buffer;
}

/** Message format of a batch: the data sections hold one whole message each (Event Hubs, all SDKs). */
const BATCH_FORMAT = 0x80013700;

/** Written by the service alone. */
const reserved = new Set(['x-opt-sequence-number', 'x-opt-offset', 'x-opt-enqueued-time']);
const nothing = Buffer.alloc(0);

/**
 * The events of one delivery.
 *
 * @throws EncodingError when the bytes are no message.
 */
export function eventsOf(bytes: Buffer, format: number): IncomingEvent[] {
  const outer = cut(bytes);
  if (format !== BATCH_FORMAT) return [outer];
  const events: IncomingEvent[] = [];
  let at = 0;
  while (at < outer.rest.length) {
    const part = sectionAt(outer.rest, at);
    if (part.descriptor === section.data) {
      const event = cut(variableAt(outer.rest, part.valueAt));
      events.push({ ...event, partitionKey: event.partitionKey ?? outer.partitionKey });
    }
    at = part.end;
  }
  if (events.length === 0) throw new EncodingError('The batch holds no event.');
  return events;
}

function cut(bytes: Buffer): IncomingEvent {
  let header: Buffer = nothing;
  let annotations: ReturnType<typeof readAnnotations> | undefined;
  let at = 0;
  while (at < bytes.length) {
    const part = sectionAt(bytes, at);
    if (part.descriptor > section.messageAnnotations) break;
    if (part.descriptor === section.header) header = bytes.subarray(part.start, part.end);
    if (part.descriptor === section.messageAnnotations) annotations = readAnnotations(bytes, part);
    at = part.end;
  }
  return {
    header,
    annotations: annotations?.kept ?? [],
    partitionKey: annotations?.partitionKey,
    stamp: annotations?.stamp,
    rest: bytes.subarray(at),
  };
}

function readAnnotations(bytes: Buffer, { valueAt }: Section) {
  const kept: Buffer[] = [];
  const stamp = new Map<string, number | null>();
  let partitionKey: Buffer | undefined;
  eachPair(bytes, valueAt, (key, keyAt, at, end) => {
    if (key === 'x-opt-partition-key') {
      partitionKey = bytes[at] === 0x40 ? undefined : variableAt(bytes, at);
    } else if (key.startsWith('com.microsoft:producer-')) {
      stamp.set(key, integerAt(bytes, at));
    } else if (!reserved.has(key)) {
      kept.push(bytes.subarray(keyAt, end));
    }
  });
  return { kept, partitionKey, stamp: producerStamp(stamp) };
}

function producerStamp(values: ReadonlyMap<string, number | null>): ProducerStamp | undefined {
  const producerId = values.get('com.microsoft:producer-id') ?? undefined;
  const epoch = values.get('com.microsoft:producer-epoch') ?? undefined;
  const sequenceNumber = values.get('com.microsoft:producer-sequence-number') ?? undefined;
  if (producerId === undefined || epoch === undefined || sequenceNumber === undefined) return;
  return { producerId, epoch, sequenceNumber };
}
