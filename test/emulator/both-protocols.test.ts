import { type EventData, EventHubProducerClient } from '@azure/event-hubs';
import { Kafka, logLevel } from 'kafkajs';
import { type Emulator, startEmulator } from 'partita/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventHubs, memoryCheckpointStore } from '../../src/backends/eventhubs/index.ts';
import { kafka } from '../../src/backends/kafka/index.ts';
import {
  type BackendDefinition,
  createApp,
  silentLogger,
  stopPartition,
} from '../../src/core/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { quickRetries, readEvents } from '../support/event-hubs/read-events.ts';
import { realTarget } from '../support/real-target.ts';
import { until } from '../support/until.ts';

let emulator: Emulator;
let client: Kafka;
let hubs = 0;
beforeAll(async () => {
  emulator = await startEmulator({ hubs: ['first:2'], kafkaPort: 0 });
  client = kafkaClient(emulator);
});
afterAll(() => emulator?.close());

const kafkaClient = ({ kafkaBootstrap = '' }: Emulator): Kafka =>
  new Kafka({ clientId: 'test', brokers: [kafkaBootstrap], logLevel: logLevel.NOTHING });

function newHub(partitions = 1): string {
  const hub = `hub-${hubs++}`;
  emulator.addHub({ name: hub, partitions, consumerGroups: 'any' });
  return hub;
}

interface Seen {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

async function send(hub: string, events: EventData[], partitionKey?: string): Promise<void> {
  const producer = new EventHubProducerClient(emulator.connectionString, hub, quickRetries);
  const target = partitionKey === undefined ? { partitionId: '0' } : { partitionKey };
  await producer.sendBatch(events, target);
  await producer.close();
}

async function produce(topic: string, messages: { key?: string; value: string | null }[]) {
  const producer = client.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({ topic, messages: messages.map((each) => ({ partition: 0, ...each })) });
  await producer.disconnect();
}

/** Reads with KafkaJS, in a group nobody has declared. */
async function consume(topic: string, count: number): Promise<Seen[]> {
  const consumer = client.consumer({ groupId: `undeclared-${topic}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const seen: Seen[] = [];
  await consumer.run({
    eachMessage: async ({ message: { offset, timestamp, key, value, headers = {} } }) => {
      seen.push({
        offset: Number(offset),
        timestamp: Number(timestamp),
        key: key?.toString(),
        value: value?.toString(),
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, bytes]) => [
            name,
            (bytes as Buffer).toString('latin1'),
          ]),
        ),
      });
    },
  });
  await until('all records are read', () => seen.length >= count);
  await consumer.disconnect();
  return seen;
}

async function withAdmin<Result>(
  work: (admin: ReturnType<Kafka['admin']>) => Promise<Result>,
): Promise<Result> {
  const admin = client.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

describe('one log under both protocols', () => {
  it('gives Kafka clients what AMQP clients sent', async () => {
    const hub = newHub();
    await send(hub, [
      { body: Buffer.from('one'), messageId: 'm1', properties: { who: 'me' } },
      { body: Buffer.from('two') },
    ]);
    await send(hub, [{ body: Buffer.from('three') }], 'blue');
    const seen = await consume(hub, 3);
    const events = await readEvents(emulator.connectionString, { hub, count: 3 });
    expect(seen.map(({ value }) => value)).toEqual(['one', 'two', 'three']);
    expect(seen.map(({ offset }) => offset)).toEqual(events.map((each) => each.sequenceNumber));
    expect(seen.map(({ timestamp }) => timestamp)).toEqual(
      events.map((each) => each.enqueuedTimeUtc.getTime()),
    );
    // A string of two bytes, as AMQP writes it.
    expect(seen[0]?.headers).toEqual({ 'message-id': 'm1', who: '\xa1\x02me' });
    expect(seen[2]).toMatchObject({ key: 'blue', headers: { 'x-opt-partition-key': 'blue' } });
    expect(events[2]?.partitionKey).toBe('blue');
  });

  it('gives AMQP clients what Kafka clients wrote, between what they sent themselves', async () => {
    const hub = newHub();
    await send(hub, [{ body: 'amqp', properties: { kept: 7 } }]);
    await produce(hub, [{ key: 'k', value: 'kafka' }, { value: null }]);
    const events = await readEvents(emulator.connectionString, {
      hub,
      count: 3,
      skipParsingBodyAsJson: true,
    });
    expect(events.map(({ sequenceNumber, offset }) => [sequenceNumber, offset])).toEqual([
      [0, '0'],
      [1, '1024'],
      [2, '2048'],
    ]);
    expect(events[0]).toMatchObject({ properties: { kept: 7 } });
    expect(String(events[1]?.body)).toBe('kafka');
    const annotations = events[1]?.getRawAmqpMessage().messageAnnotations;
    expect(annotations?.['x-opt-kafka-key']).toEqual(Buffer.from('k'));
    expect(events[1]?.partitionKey).toBe('k');
    expect(events[2]?.body).toHaveLength(0);
  });

  it('agrees on times, begin and end, and on what was deleted', async () => {
    const hub = newHub();
    for (const body of ['a', 'b', 'c']) await send(hub, [{ body }]);
    const [, second] = await readEvents(emulator.connectionString, { hub, count: 3 });
    const at = second?.enqueuedTimeUtc ?? new Date();
    const found = await withAdmin((admin) => admin.fetchTopicOffsetsByTimestamp(hub, at.getTime()));
    const [first] = await readEvents(emulator.connectionString, {
      hub,
      count: 1,
      // This SDK always asks for what is later than that.
      startPosition: { enqueuedOn: at.getTime() - 1 },
    });
    expect(found).toEqual([{ partition: 0, offset: String(first?.sequenceNumber) }]);
    await withAdmin(async (admin) => {
      // KafkaJS deletes in topics only that it has looked at before.
      await admin.fetchTopicOffsets(hub);
      await admin.deleteTopicRecords({ topic: hub, partitions: [{ partition: 0, offset: '2' }] });
    });
    const producer = new EventHubProducerClient(emulator.connectionString, hub, quickRetries);
    const properties = await producer.getPartitionProperties('0');
    await producer.close();
    expect(properties).toMatchObject({
      beginningSequenceNumber: 2,
      lastEnqueuedSequenceNumber: 2,
      lastEnqueuedOffset: '2048',
    });
    expect(await withAdmin((admin) => admin.fetchTopicOffsets(hub))).toMatchObject([
      { low: '2', high: '3' },
    ]);
  });

  it('serves topics of Kafka clients as hubs, as long as they are there', async () => {
    const topic = 'made-by-kafka';
    await withAdmin((admin) => admin.createTopics({ topics: [{ topic, numPartitions: 2 }] }));
    const producer = new EventHubProducerClient(emulator.connectionString, topic, quickRetries);
    expect(await producer.getPartitionIds()).toEqual(['0', '1']);
    await withAdmin((admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }));
    expect(await producer.getPartitionIds()).toEqual(['0', '1', '2']);
    await producer.sendBatch([{ body: 'x' }], { partitionId: '2' });
    const failed = readEvents(emulator.connectionString, {
      hub: topic,
      partition: '2',
      group: 'any-group',
      count: 2,
    });
    await until('the reader is there', () =>
      emulator.state.hubs.some(({ name, partitions }) =>
        name === topic ? partitions[2]?.consumers.length === 1 : false,
      ),
    );
    const refused = expect(failed).rejects.toMatchObject({ code: 'MessagingEntityNotFoundError' });
    await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
    await refused;
    await producer.close();
  });

  it('shows AMQP clients what compaction has left', async () => {
    const hub = newHub();
    for (const [key, value] of ['a1', 'b1', 'a2'].map((text) => [text[0] ?? '', text] as const))
      await produce(hub, [{ key, value }]);
    await send(hub, [{ body: Buffer.from('b2'), properties: { kept: true } }], 'b');
    expect(emulator.compact(hub)).toBe(2);
    const events = await readEvents(emulator.connectionString, { hub, count: 2 });
    expect(events.map(({ sequenceNumber, body }) => [sequenceNumber, String(body)])).toEqual([
      [2, 'a2'],
      [3, 'b2'],
    ]);
    expect(events[1]).toMatchObject({ properties: { kept: true }, partitionKey: 'b' });
  });
});

describe('the two backends', () => {
  const onKafka = () => kafka({ brokers: [emulator.kafkaBootstrap ?? ''] });
  const store = memoryCheckpointStore(realClock);
  const onEventHubs = () =>
    eventHubs({ connectionString: emulator.connectionString, checkpoints: store });
  const open = (backend: BackendDefinition) =>
    createApp({ backend, clientId: 'test', logger: silentLogger }, realTarget(backend).system);

  /** Handles records until there are so many, and stops in order. */
  async function handled(backend: BackendDefinition, topic: string, count: number) {
    await using app = open(backend);
    const seen: string[] = [];
    app.consume(topic, {
      group: 'both',
      onError: stopPartition(),
      handle: (_, { record }) => seen.push(`${record.offset} ${record.key}=${record.value}`),
    });
    await app.start();
    await until(`${count} records are handled`, () => seen.length >= count);
    await app.stop();
    return seen;
  }

  async function carryOver(from: BackendDefinition, to: BackendDefinition, topic: string) {
    await using source = open(from);
    await using target = open(to);
    const positions = await source.admin().committed('both', [topic]);
    await target.admin().commit(
      'both',
      positions.map(({ token: _, ...position }) => position),
    );
  }

  it('take over from each other where the other has committed', async () => {
    const topic = newHub();
    const write = async (backend: BackendDefinition, ...values: string[]) => {
      await using app = open(backend);
      for (const value of values) await app.producer().send(topic, { key: 'k', value });
    };
    await write(onKafka(), 'a');
    await write(onEventHubs(), 'b');
    expect(await handled(onKafka(), topic, 2)).toEqual(['0 k=a', '1 k=b']);
    await carryOver(onKafka(), onEventHubs(), topic);
    await write(onKafka(), 'c');
    expect(await handled(onEventHubs(), topic, 1)).toEqual(['2 k=c']);
    await carryOver(onEventHubs(), onKafka(), topic);
    await write(onEventHubs(), 'd');
    expect(await handled(onKafka(), topic, 1)).toEqual(['3 k=d']);
  });
});
