import { describe, expect, it } from 'vitest';
import { EncodingError } from '../../../../src/emulator/amqp/encoding.ts';
import { eventsOf } from '../../../../src/emulator/amqp/event.ts';
import { EventCursor } from '../../../../src/emulator/amqp/event-cursor.ts';
import { messageOf, type RuntimeMetric } from '../../../../src/emulator/amqp/event-writer.ts';
import { loadRhea } from '../../../../src/emulator/amqp/rhea.ts';
import type { Partition } from '../../../../src/emulator/kafka-log/partition.ts';
import {
  decodeRecords,
  type KafkaRecord,
  RecordBatchBuilder,
} from '../../../../src/protocol/index.ts';
import { bothSides } from './event-log-of.ts';

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
const rules = { maxBatchBytes: 1_000_000, keysRequired: false, appendTime: true };
const NOW = 1_700_000_000_000;

/** The messages a client gets. */
function delivered(partition: Partition, metric?: RuntimeMetric): Buffer[] {
  const cursor = new EventCursor(partition, 0);
  const messages: Buffer[] = [];
  for (let event = cursor.peek(); event !== undefined; event = cursor.peek()) {
    messages.push(messageOf(event, metric));
    cursor.advance();
  }
  return messages;
}

function stored(bytes: Buffer, format = 0, metric?: RuntimeMetric): Buffer[] {
  const { log, partition } = bothSides();
  log.append(eventsOf(bytes, format), NOW);
  return delivered(partition, metric);
}

/** What a Kafka client gets to see of it. */
function recordsOf(bytes: Buffer, format = 0): KafkaRecord[] {
  const { log, partition } = bothSides();
  log.append(eventsOf(bytes, format), NOW);
  const records: KafkaRecord[] = [];
  const fetched = partition.log.read(0, 1e6, true) ?? Buffer.alloc(0);
  decodeRecords(fetched, { topic: 't', partition: 0, startOffset: 0 }, records);
  return records;
}

const text = (bytes: Buffer | null | undefined) => bytes?.toString();
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
    const bytes = message.encode(sent);
    const batch = message.encode({
      body: message.data_sections([message.encode({ body }), bytes]),
    });
    const [, got = Buffer.alloc(0)] = stored(batch, BATCH);
    expect(message.decode(got)).toMatchObject({
      durable: true,
      message_id: 'm1',
      content_type: 'text/plain',
      application_properties: { text: 'ä', number: 5 },
      message_annotations: {
        'x-own': 'kept',
        'x-opt-partition-key': 'key',
        'x-opt-sequence-number': 1,
        'x-opt-offset': '1024',
        'x-opt-enqueued-time': new Date(NOW),
      },
    });
  });

  it.for([
    ['a value', { body: { a: [1, 'two'] } }],
    ['an empty data section', { body: message.data_section(Buffer.alloc(0)) }],
    [
      'several data sections',
      { body: message.data_sections([Buffer.from('a'), Buffer.from('b')]) },
    ],
    ['a long data section', { body: message.data_section(Buffer.alloc(70_000, 1)) }],
    ['no annotations but properties', { body, subject: 's', group_sequence: 7 }],
  ] as const)('with %s comes back as it was, from the properties on', ([, fields]) => {
    const bytes = message.encode(fields);
    const [got = Buffer.alloc(0)] = stored(bytes);
    const [event] = eventsOf(bytes, 0);
    expect(eventsOf(got, 0)[0]?.rest.equals(event?.rest ?? Buffer.alloc(0))).toBe(true);
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
    expect(recordsOf(batch, BATCH).map(({ key }) => text(key))).toEqual(['outer', 'own']);
  });

  it('gets the state of the partition between its header and its annotations', () => {
    const last = { sequenceNumber: 2 ** 33, enqueuedAtMs: 7 };
    const sent = message.encode({ durable: true, body });
    const [bytes = Buffer.alloc(0)] = stored(sent, 0, { last, nowMs: 5 });
    expect(message.decode(bytes)).toMatchObject({
      durable: true,
      delivery_annotations: {
        last_enqueued_sequence_number: 2 ** 33,
        last_enqueued_offset: String(2 ** 43),
        last_enqueued_time_utc: new Date(7),
        runtime_info_retrieval_time_utc: new Date(5),
      },
      message_annotations: { 'x-opt-offset': '0' },
    });
  });

  it('is a record for Kafka clients, with its properties as headers', () => {
    const [record] = recordsOf(
      message.encode({
        message_annotations: { 'x-opt-partition-key': 'key' },
        message_id: 'm1',
        content_type: 'text/plain',
        application_properties: { text: 'ä', whole: 5 },
        body,
      }),
    );
    expect(text(record?.key)).toBe('key');
    expect(text(record?.value)).toBe('body');
    expect(record?.timestampMs).toBe(NOW);
    const headers = record?.headers.map(({ name, value }) => [name, value?.toString('latin1')]);
    expect(headers?.slice(0, 3)).toEqual([
      ['x-opt-partition-key', 'key'],
      ['message-id', 'm1'],
      ['content-type', 'text/plain'],
    ]);
    // As the service gives them: the value in AMQP's encoding, with its type.
    expect(headers?.[3]).toEqual(['text', '\xa1\x02\xc3\xa4']);
    expect(headers?.[4]?.[0]).toBe('whole');
  });

  it('without a body is a record without a value, which compaction takes for a deletion', () => {
    expect(recordsOf(Buffer.alloc(0))[0]?.value).toBeNull();
    const empty = message.encode({ body: message.data_section(Buffer.alloc(0)) });
    expect(recordsOf(empty)[0]?.value).toEqual(Buffer.alloc(0));
  });

  it('of a Kafka client is a message with its key and its headers as bytes', () => {
    const { partition } = bothSides();
    const builder = new RecordBatchBuilder();
    const headers = [
      { name: 'a', value: Buffer.from('old') },
      { name: 'a', value: Buffer.from('new') },
      { name: 'b', value: null },
    ];
    builder.append(Buffer.from('k'), Buffer.from('v'), headers, 1);
    builder.append(Buffer.from([0xff]), null, [], 1);
    partition.append(builder.build({ compression: 'gzip' }), rules, NOW);
    const [first, second] = delivered(partition).map((bytes) => message.decode(bytes));
    expect(first).toMatchObject({
      application_properties: { a: Buffer.from('new'), b: null },
      message_annotations: {
        'x-opt-kafka-key': Buffer.from('k'),
        'x-opt-partition-key': 'k',
        'x-opt-sequence-number': 0,
        'x-opt-enqueued-time': new Date(NOW),
      },
      body: { content: Buffer.from('v') },
    });
    expect(second).toMatchObject({ body: { content: Buffer.alloc(0) } });
    expect(second?.message_annotations).not.toHaveProperty('x-opt-partition-key');
  });

  it('of an idempotent producer says where that is, to both protocols', () => {
    const { log, partition } = bothSides();
    const [plain] = eventsOf(message.encode({ body }), 0);
    if (plain === undefined) throw new Error('no event');
    const stamped = (sequenceNumber: number) => ({
      ...plain,
      stamp: { producerId: 9, epoch: 2, sequenceNumber },
    });
    log.append([stamped(5), stamped(6)], NOW);
    expect(partition.producers.last(9)).toEqual({ epoch: 2, lastSequence: 6 });
    const write = (baseSequence: number) => {
      const builder = new RecordBatchBuilder();
      builder.append(null, Buffer.from('x'), [], 1);
      const stamp = { producerId: 9, producerEpoch: 2, baseSequence };
      return partition.append(builder.build(stamp), rules, NOW);
    };
    expect(write(9)).toMatchObject({ errorCode: 45 });
    expect(write(7)).toMatchObject({ baseOffset: 2 });
    expect(write(7)).toMatchObject({ baseOffset: 2 });
    expect(log.nextSequenceNumber).toBe(3);
  });

  it('of a transaction is delivered when that is committed, and never when it is aborted', () => {
    const { partition } = bothSides();
    const write = (value: string, producerId: number) => {
      const builder = new RecordBatchBuilder();
      builder.append(null, Buffer.from(value), [], 1);
      const stamp = { producerId, producerEpoch: 0, baseSequence: 0, transactional: true };
      partition.append(builder.build(stamp), rules, NOW, () => true);
    };
    const end = (producerId: number, committed: boolean) =>
      partition.endTransaction({ producerId, producerEpoch: 0, committed, timestampMs: NOW });
    const bodies = () =>
      delivered(partition).map((bytes) =>
        String((message.decode(bytes).body as { content: Buffer }).content),
      );
    write('aborted', 1);
    write('committed', 2);
    expect(bodies()).toEqual([]);
    end(1, false);
    expect(bodies()).toEqual([]);
    end(2, true);
    expect(bodies()).toEqual(['committed']);
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
