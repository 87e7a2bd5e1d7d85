import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { afterAll, describe, expect, it } from 'vitest';
import { kafkaBroker } from '../../../src/emulator/kafka/index.ts';
import { until } from '../../support/until.ts';

const broker = await kafkaBroker();
afterAll(() => broker.close());

const kafka = new Kafka({
  clientId: 'kafkajs',
  brokers: [broker.bootstrap],
  logLevel: logLevel.NOTHING,
});

/** Makes the topic and writes `count` records with keys in one go. */
async function filled(topic: string, count: number, numPartitions = 3): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  expect(await admin.createTopics({ topics: [{ topic, numPartitions }] })).toBe(true);
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const messages = Array.from({ length: count }, (_, at) => ({
    key: `key-${at % 7}`,
    value: `value-${at}`,
    headers: { at: String(at) },
  }));
  if (count > 0) await producer.send({ topic, messages, compression: CompressionTypes.GZIP });
  await producer.disconnect();
}

describe('KafkaJS at the embedded broker', () => {
  it('reads back what it wrote, compressed and with headers, in key order', async () => {
    await filled('round-trip', 300);
    const consumer = kafka.consumer({ groupId: 'round-trip', maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic: 'round-trip', fromBeginning: true });
    const seen: { key: string; at: number; value: string }[] = [];
    await consumer.run({
      eachMessage: async ({ message }) => {
        const at = Number(String(message.headers?.at));
        seen.push({ key: String(message.key), at, value: String(message.value) });
      },
    });
    await until('all records are read', () => seen.length === 300);
    await consumer.disconnect();
    expect(seen.every(({ at, value }) => value === `value-${at}`)).toBe(true);
    for (let key = 0; key < 7; key++) {
      const places = seen.filter((each) => each.key === `key-${key}`).map(({ at }) => at);
      expect(places).toEqual([...places].sort((one, other) => one - other));
    }
  });

  it('shares partitions among members, and goes on where a group stopped', async () => {
    await filled('shared', 30);
    const seen = new Map<string, string[]>();
    const start = async (name: string) => {
      const consumer = kafka.consumer({
        groupId: 'shared',
        heartbeatInterval: 100,
        maxWaitTimeInMs: 100,
      });
      const owned: number[] = [];
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        owned.splice(0, owned.length, ...(payload.memberAssignment.shared ?? []));
      });
      await consumer.connect();
      await consumer.subscribe({ topic: 'shared', fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => {
          seen.set(name, [...(seen.get(name) ?? []), String(message.value)]);
        },
      });
      return { consumer, owned };
    };
    const first = await start('first');
    await until('the first reads all', () => seen.get('first')?.length === 30);
    const second = await start('second');
    const owned = () => [...first.owned, ...second.owned].sort().join();
    await until('each partition has one owner', () => owned() === '0,1,2');
    expect(first.owned).not.toEqual([]);
    expect(second.owned).not.toEqual([]);
    await first.consumer.disconnect();
    await until('the second has all partitions', () => second.owned.length === 3);
    await second.consumer.disconnect();
    expect(seen.get('second') ?? []).toEqual([]);
    const admin = kafka.admin();
    await admin.connect();
    const [committed] = await admin.fetchOffsets({ groupId: 'shared', topics: ['shared'] });
    const sum = committed?.partitions.reduce((all, { offset }) => all + Number(offset), 0);
    expect(sum).toBe(30);
    await admin.disconnect();
  });

  it('administers topics and groups', async () => {
    await filled('admin', 20, 1);
    const admin = kafka.admin();
    await admin.connect();
    expect(await admin.listTopics()).toContain('admin');
    await admin.createPartitions({ topicPartitions: [{ topic: 'admin', count: 2 }] });
    const { topics } = await admin.fetchTopicMetadata({ topics: ['admin'] });
    expect(topics[0]?.partitions).toHaveLength(2);
    await admin.deleteTopicRecords({ topic: 'admin', partitions: [{ partition: 0, offset: '5' }] });
    const offsets = await admin.fetchTopicOffsets('admin');
    expect(offsets[0]).toMatchObject({ partition: 0, low: '5', high: '20' });
    await admin.setOffsets({
      groupId: 'by-hand',
      topic: 'admin',
      partitions: [{ partition: 0, offset: '7' }],
    });
    const { groups } = await admin.describeGroups(['by-hand']);
    expect(groups[0]).toMatchObject({ groupId: 'by-hand', state: 'Empty' });
    await admin.deleteGroups(['by-hand']);
    expect((await admin.listGroups()).groups.map(({ groupId }) => groupId)).not.toContain(
      'by-hand',
    );
    await admin.deleteTopics({ topics: ['admin'] });
    expect(await admin.listTopics()).not.toContain('admin');
    await admin.disconnect();
  });

  it('shows transactions when they are committed, with the offsets they commit, and fences the producer before', async () => {
    await filled('transactions', 0, 1);
    const open = async () => {
      const producer = kafka.producer({
        transactionalId: 'tx',
        idempotent: true,
        maxInFlightRequests: 1,
      });
      await producer.connect();
      return producer;
    };
    const first = await open();
    for (const [value, end] of [
      ['committed', 'commit'],
      ['aborted', 'abort'],
      ['again', 'commit'],
    ] as const) {
      const transaction = await first.transaction();
      await transaction.send({ topic: 'transactions', messages: [{ value }] });
      const partitions = [{ partition: 0, offset: value === 'aborted' ? '77' : '1' }];
      const topics = [{ topic: 'transactions', partitions }];
      await transaction.sendOffsets({ consumerGroupId: 'tx', topics });
      await transaction[end]();
    }
    const left = await first.transaction();
    await left.send({ topic: 'transactions', messages: [{ value: 'left open' }] });
    const admin = kafka.admin();
    await admin.connect();
    const [committed] = await admin.fetchOffsets({ groupId: 'tx', topics: ['transactions'] });
    expect(committed?.partitions).toMatchObject([{ partition: 0, offset: '1' }]);
    await admin.disconnect();

    const consumer = kafka.consumer({ groupId: 'tx-reader', maxWaitTimeInMs: 100 });
    const seen: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic: 'transactions', fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void seen.push(`${message.value}`) });
    await until('the committed are read', () => seen.length === 2);

    const second = await open();
    const own = await second.transaction();
    await own.send({ topic: 'transactions', messages: [{ value: 'second' }] });
    await own.commit();
    await expect(left.commit()).rejects.toThrow(/epoch|fenced/i);
    await until('what follows is read', () => seen.includes('second'));
    expect(seen).toEqual(['committed', 'again', 'second']);
    await Promise.all([consumer.disconnect(), first.disconnect(), second.disconnect()]);
  });
});
