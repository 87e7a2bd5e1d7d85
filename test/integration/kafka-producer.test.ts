import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, expect, it } from 'vitest';
import { kafka } from '../../src/backends/kafka/index.ts';
import { PartitaError, ProduceError, type ProducerOptions } from '../../src/core/index.ts';
import { openWire, realEnv } from '../support/open-wire.ts';
import { readPartition } from '../support/read-topic.ts';
import { describeKafka } from '../support/shared-kafka.ts';
import { until } from '../support/until.ts';

const defaults: ProducerOptions = {
  acks: 'all',
  lingerMs: 0,
  batchBytes: 65_536,
  compression: 'none',
  idempotent: true,
  deliveryTimeoutMs: 30_000,
};

/** `Utils.murmur2` of Kafka's Java client for these keys. */
const javaHashes: readonly (readonly [key: string, hash: number])[] = [
  ['0', 971027396],
  ['1', -1993445489],
  ['128', -326012175],
  ['2187', -1508407203],
  ['16384', -325739742],
  ['78125', -1654490814],
  ['279936', 1462227128],
  ['823543', -2014198330],
  ['2097152', 607668903],
  ['4782969', -1182699775],
  ['10000000', -1830336757],
  ['19487171', -1603849305],
  ['35831808', -857013643],
  ['62748517', -1167431028],
  ['105413504', -381294639],
  ['170859375', -1658323481],
  ['100:48069', 1009543857],
];

describeKafka('the producer on a real broker', ({ bootstrap }) => {
  const backend = kafka({ brokers: bootstrap }).open(realEnv);
  const wire = openWire(bootstrap);
  afterAll(async () => {
    await backend.close();
    await wire.close();
  });

  const newTopic = async (
    partitions: number,
    config: Record<string, string> = {},
  ): Promise<string> => {
    const topic = `producer-${randomUUID()}`;
    await backend.openAdmin().createTopic({ topic, partitions, config });
    return topic;
  };

  it('puts keys where the Java client puts them, and KafkaJS reads all of it', async () => {
    const topic = await newTopic(7);
    const producer = backend.openProducer(defaults);
    const sent = await producer.send(
      topic,
      javaHashes.map(([key]) => ({ key, value: `value of ${key}`, headers: { h: key } })),
    );
    expect(sent.map(({ partition }) => partition)).toEqual(
      javaHashes.map(([, hash]) => (hash & 0x7fffffff) % 7),
    );
    const client = new Kafka({ brokers: [...bootstrap], logLevel: logLevel.NOTHING });
    const consumer = client.consumer({ groupId: `kafkajs-${randomUUID()}` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const read = new Map<string, string>();
    await consumer.run({
      eachMessage: async ({ message }) => {
        expect(message.headers?.h?.toString()).toBe(message.key?.toString());
        read.set(String(message.key), String(message.value));
      },
    });
    await until('KafkaJS has read all', () => read.size === javaHashes.length);
    await consumer.disconnect();
    for (const [key] of javaHashes) expect(read.get(key)).toBe(`value of ${key}`);
  });

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'writes %s batches that the broker accepts and that read back the same',
    async (compression) => {
      const topic = await newTopic(2);
      const producer = backend.openProducer({ ...defaults, compression });
      const values = Array.from({ length: 2_000 }, (_, i) => `number ${i} ${'x'.repeat(i % 200)}`);
      const sent = await producer.send(
        topic,
        values.map((value, i) => ({ key: `k${i % 50}`, value })),
      );
      const logs = await Promise.all([0, 1].map((i) => readPartition(wire, topic, i)));
      expect(logs.flat()).toHaveLength(values.length);
      for (const [i, { partition, offset }] of sent.entries())
        expect(logs[partition]?.[offset]?.value?.toString()).toBe(values[i]);
    },
  );

  it.each([true, false])(
    'writes a hundred sends at once in order (idempotent: %s)',
    async (idempotent) => {
      const topic = await newTopic(3);
      const producer = backend.openProducer({ ...defaults, idempotent, batchBytes: 2_000 });
      const sends = Array.from({ length: 100 }, (_, i) =>
        producer.send(
          topic,
          [0, 1, 2].map((partition) => ({ value: `${i}`, partition })),
        ),
      );
      await Promise.all(sends);
      for (const partition of [0, 1, 2]) {
        const read = await readPartition(wire, topic, partition);
        expect(read.map(({ value }) => Number(value))).toEqual(sends.map((_, i) => i));
      }
    },
  );

  it('takes the broker at its word about sizes: splits batches, fails what is too large alone', async () => {
    const topic = await newTopic(1, { 'max.message.bytes': '5000' });
    const producer = backend.openProducer(defaults);
    const records = Array.from({ length: 40 }, (_, i) => ({ value: `${i}`.padEnd(1_000, '.') }));
    records.splice(20, 0, { value: 'y'.repeat(10_000) });
    const error: unknown = await producer.send(topic, records).catch((failure: unknown) => failure);
    const results = error instanceof ProduceError ? error.results : [];
    expect(results.filter((result) => PartitaError.is(result))).toMatchObject([
      { code: 'RECORD_TOO_LARGE' },
    ]);
    expect(results[20]).toMatchObject({ code: 'RECORD_TOO_LARGE' });
    const read = await readPartition(wire, topic, 0);
    expect(read.map(({ value }) => Number.parseInt(String(value), 10))).toEqual(
      Array.from({ length: 40 }, (_, i) => i),
    );
  });

  it('fails only the record without a key in a compacted topic', async () => {
    const topic = await newTopic(1, { 'cleanup.policy': 'compact' });
    const producer = backend.openProducer(defaults);
    const error: unknown = await producer
      .send(topic, [{ key: 'a', value: '1' }, { value: '2' }, { key: 'b', value: '3' }])
      .catch((failure: unknown) => failure);
    const results = error instanceof ProduceError ? error.results : [];
    expect(results.map((result) => PartitaError.is(result))).toEqual([false, true, false]);
  });

  it('finds a topic that is created while it waits, and names one that is not', async () => {
    const producer = backend.openProducer(defaults);
    const topic = `late-${randomUUID()}`;
    const sent = producer.send(topic, [{ value: 'a' }]);
    await backend.openAdmin().createTopic({ topic, partitions: 1 });
    expect(await sent).toHaveLength(1);
    await expect(producer.send('never-created', [{ value: 'a' }])).rejects.toMatchObject({
      code: 'UNKNOWN_TOPIC',
    });
  });

  it('writes without waiting when nobody has to acknowledge', async () => {
    const topic = await newTopic(1);
    const producer = backend.openProducer({ ...defaults, acks: 'none', idempotent: false });
    expect(await producer.send(topic, [{ value: 'a' }])).toEqual([
      { topic, partition: 0, offset: -1 },
    ]);
    await until('it is written', async () => (await readPartition(wire, topic, 0)).length === 1);
  });
});
