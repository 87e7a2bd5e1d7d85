import { describe, expect, it } from 'vitest';
import { EncodingError } from '../../../../src/emulator/amqp/encoding.ts';
import { eventsOf } from '../../../../src/emulator/amqp/event.ts';
import { EventWriter, withRuntimeMetric } from '../../../../src/emulator/amqp/event-writer.ts';
import { loadRhea } from '../../../../src/emulator/amqp/rhea.ts';

/** rhea as an independent reader and writer of messages. */
const { message } = loadRhea() as unknown as {
  message: {
    encode(fields: object): Buffer;
    decode(bytes: Buffer): Record<string, unknown>;
    data_section(bytes: Buffer): object;
    data_sections(list: readonly Buffer[]): object;
  };
};
const BATCH = 0x80013700;
const place = { sequenceNumber: 2 ** 40, offset: 4711, enqueuedAtMs: 1_700_000_000_000 };

const stored = (bytes: Buffer, format = 0) =>
  eventsOf(bytes, format).map((event) => Buffer.from(new EventWriter().write(event, place)));
const body = message.data_section(Buffer.from('body'));

describe('an event', () => {
  it('keeps its sections, and gets the annotations of the service beside its own', () => {
    const sent = {
      header: { durable: true },
      durable: true,
      message_annotations: { 'x-own': 'kept', 'x-opt-partition-key': 'key', 'x-opt-offset': 'old' },
      message_id: 'm1',
      content_type: 'text/plain',
      application_properties: { text: 'ä', number: 5 },
      body,
    };
    const [bytes = Buffer.alloc(0)] = stored(message.encode(sent));
    expect(message.decode(bytes)).toMatchObject({
      durable: true,
      message_id: 'm1',
      content_type: 'text/plain',
      application_properties: { text: 'ä', number: 5 },
      message_annotations: {
        'x-own': 'kept',
        'x-opt-partition-key': 'key',
        'x-opt-sequence-number': place.sequenceNumber,
        'x-opt-offset': '4711',
        'x-opt-enqueued-time': new Date(place.enqueuedAtMs),
      },
    });
  });

  it('of a batch is a message of its own, with the key of the batch if it has none', () => {
    const inner = [
      message.encode({ body }),
      message.encode({ message_annotations: { 'x-opt-partition-key': 'own' }, body }),
    ];
    const batch = message.encode({
      message_annotations: { 'x-opt-partition-key': 'outer' },
      body: message.data_sections(inner),
    });
    const keys = eventsOf(batch, BATCH).map(({ partitionKey }) => partitionKey?.toString());
    expect(keys).toEqual(['outer', 'own']);
    expect(stored(batch, BATCH).map((bytes) => message.decode(bytes).message_annotations)).toEqual([
      expect.objectContaining({ 'x-opt-partition-key': 'outer' }),
      expect.objectContaining({ 'x-opt-partition-key': 'own' }),
    ]);
  });

  it('gets the state of the partition between its header and its annotations', () => {
    const [event] = eventsOf(message.encode({ durable: true, body }), 0);
    if (event === undefined) throw new Error('no event');
    const bytes = new EventWriter().write(event, place);
    const log = { ...place, bytes, headLength: event.header.length };
    const decoded = message.decode(withRuntimeMetric(log, log, 5));
    expect(decoded).toMatchObject({
      durable: true,
      delivery_annotations: {
        last_enqueued_sequence_number: place.sequenceNumber,
        last_enqueued_offset: '4711',
        runtime_info_retrieval_time_utc: new Date(5),
      },
      message_annotations: { 'x-opt-offset': '4711' },
    });
  });

  it('that is damaged is refused at whatever byte it is cut, and never hangs', () => {
    const inner = message.encode({ message_annotations: { a: 'b' }, message_id: 'x', body });
    const batch = message.encode({ body: message.data_sections([inner, inner]) });
    const ends = Array.from({ length: batch.length - 1 }, (_, i) => i + 1);
    const whole = ends.filter((end) => {
      try {
        return eventsOf(batch.subarray(0, end), BATCH).length !== 1;
      } catch (error) {
        if (!(error instanceof EncodingError)) throw error;
        return false;
      }
    });
    expect(whole).toEqual([]);
  });
});
