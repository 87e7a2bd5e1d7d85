import { Kafka, type Kafka as KafkaClient, logLevel } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import { type KafkaOptions, kafka } from '../../../src/backends/kafka/index.ts';
import { silentLogger } from '../../../src/core/index.ts';
import { type KafkaBroker, kafkaBroker } from '../../../src/emulator/kafka/index.ts';
import { type App, partita, stopPartition } from '../../../src/index.ts';
import { until } from '../../support/until.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
});

async function start(): Promise<KafkaBroker> {
  const broker = await kafkaBroker({ topics: ['t'] });
  cleanUp.push(() => broker.close());
  return broker;
}

function kafkaJs(broker: KafkaBroker, requestTimeout = 5_000): KafkaClient {
  return new Kafka({
    clientId: 'kafkajs',
    brokers: [broker.bootstrap],
    logLevel: logLevel.NOTHING,
    requestTimeout,
    retry: { initialRetryTime: 20, maxRetryTime: 50 },
  });
}

function ours(broker: KafkaBroker, options: Partial<KafkaOptions> = {}): App {
  const backend = kafka({ brokers: [broker.bootstrap], ...options });
  const app = partita({ backend, logger: silentLogger });
  cleanUp.push(() => app.stop({ force: true }));
  return app;
}

const endOffset = (broker: KafkaBroker): number | undefined =>
  broker.state.topics[0]?.partitions[0]?.endOffset;

/** Writes one record with KafkaJS, which is not idempotent unless asked; resolves with how long it took. */
async function write(client: KafkaClient): Promise<number> {
  const producer = client.producer();
  await producer.connect();
  const startedMs = performance.now();
  await producer.send({ topic: 't', messages: [{ value: 'v' }] });
  const tookMs = performance.now() - startedMs;
  await producer.disconnect();
  return tookMs;
}

describe('a fault on demand', () => {
  it('answers the second request of its kind with an error, and the client tries again', async () => {
    const broker = await start();
    broker.faults.answer({ api: 'Produce', error: 'NOT_LEADER_OR_FOLLOWER', skip: 1 });
    await write(kafkaJs(broker));
    await write(kafkaJs(broker));
    expect(endOffset(broker)).toBe(2);
  });

  it('delays an answer', async () => {
    const broker = await start();
    broker.faults.delay({ api: 'Produce', delayMs: 200 });
    expect(await write(kafkaJs(broker))).toBeGreaterThanOrEqual(195);
  });

  it('loses a request, or only its answer: then a client that is not idempotent writes twice', async () => {
    const broker = await start();
    broker.faults.drop({ api: 'Produce' });
    await write(kafkaJs(broker));
    expect(endOffset(broker)).toBe(1);
    broker.faults.drop({ api: 'Produce', carriedOut: true });
    await write(kafkaJs(broker));
    expect(endOffset(broker)).toBe(3);
    broker.faults.drop({ api: 'Produce', carriedOut: true });
    await ours(broker).producer().send('t', { key: 'k', value: 'v' });
    expect(endOffset(broker)).toBe(4);
  });

  it('freezes the broker: it lets clients in and answers nobody, until it thaws', async () => {
    const broker = await start();
    const admin = kafkaJs(broker, 150).admin();
    await admin.connect();
    broker.faults.freeze();
    await expect(admin.listTopics()).rejects.toThrow(/timed out/);
    const writing = ours(broker).producer().send('t', { key: 'k', value: 'v' });
    await until('somebody waits', () => broker.state.connections > 0);
    expect(endOffset(broker)).toBe(0);
    broker.faults.thaw();
    expect((await writing).offset).toBe(0);
    expect(await admin.listTopics()).toEqual(['t']);
    await admin.disconnect();
  });

  it('throttles: the answer says for how long, and the connection is not looked at meanwhile', async () => {
    const broker = await start();
    const producer = kafkaJs(broker).producer();
    await producer.connect();
    const send = () => producer.send({ topic: 't', messages: [{ value: 'v' }] });
    await send();
    broker.faults.throttle({ api: 'Produce', throttleMs: 250 });
    const startedMs = performance.now();
    await send();
    expect(performance.now() - startedMs).toBeLessThan(200);
    await send();
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(245);
    await producer.disconnect();
  });

  it('serves older versions only: clients speak them, or say what is missing', async () => {
    const broker = await start();
    broker.faults.limitVersion({ api: 'Produce', maxVersion: 5 });
    const producer = kafkaJs(broker).producer();
    const versions = new Set<number>();
    producer.on(producer.events.REQUEST, ({ payload }) => {
      if (payload.apiName === 'Produce') versions.add(payload.apiVersion);
    });
    await producer.connect();
    await producer.send({ topic: 't', messages: [{ value: 'v' }] });
    await producer.disconnect();
    expect([...versions]).toEqual([5]);
    broker.faults.limitVersion({ api: 'Produce', maxVersion: -1 });
    await expect(ours(broker).producer().send('t', { key: 'k', value: 'v' })).rejects.toThrow(
      'No version of Produce in common',
    );
    broker.faults.clear();
    expect((await ours(broker).producer().send('t', { key: 'k', value: 'v' })).offset).toBe(1);
  });

  it.each(['cut', 'corrupt', 'none', 'empty-batch'] as const)(
    'sends records that are damaged (%s): each is handled once all the same',
    async (damage) => {
      const broker = await start();
      const app = ours(broker);
      const seen: string[] = [];
      app.consume('t', {
        group: damage,
        start: 'earliest',
        onError: stopPartition(),
        handle: (_, { record }) => void seen.push(record.value?.toString() ?? ''),
      });
      const producer = app.producer();
      for (const value of ['a', 'b', 'c']) await producer.send('t', { key: value, value });
      broker.faults.records({ damage, times: 2 });
      await app.start();
      await until('the first are read', () => seen.length >= 3);
      for (const value of ['d', 'e']) await producer.send('t', { key: value, value });
      await until('all are read', () => seen.length >= 5);
      expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(broker.faults.standing).toBe(0);
    },
  );

  it('sends a batch without records, which KafkaJS steps over', async () => {
    const broker = await start();
    await write(kafkaJs(broker));
    const consumer = kafkaJs(broker).consumer({ groupId: 'empty', maxWaitTimeInMs: 50 });
    const seen: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic: 't', fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void seen.push(message.offset) });
    await until('the first is read', () => seen.length === 1);
    broker.faults.records({ damage: 'empty-batch' });
    await write(kafkaJs(broker));
    await until('the second is read', () => seen.length === 2);
    expect(seen).toEqual(['0', '1']);
    expect(broker.faults.standing).toBe(0);
    await consumer.disconnect();
  });
});
