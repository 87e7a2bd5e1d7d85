import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, expect, it } from 'vitest';
import { kafka } from '../../src/backends/kafka/index.ts';
import { realEnv } from '../support/open-wire.ts';
import { describeKafka } from '../support/shared-kafka.ts';
import { until } from '../support/until.ts';

describeKafka('the admin on a real broker', ({ bootstrap }) => {
  const backend = kafka({ brokers: bootstrap }).open(realEnv);
  const admin = backend.openAdmin();
  const producer = backend.openProducer({
    acks: 'all',
    lingerMs: 0,
    batchBytes: 16_384,
    compression: 'none',
    idempotent: false,
    deliveryTimeoutMs: 30_000,
  });
  afterAll(() => backend.close());

  const newTopic = async (partitions: number): Promise<string> => {
    const topic = `admin-${randomUUID()}`;
    await admin.createTopic({ topic, partitions });
    return topic;
  };

  it('creates topics that can be used at once, and describes them', async () => {
    const topic = `admin-${randomUUID()}`;
    await admin.createTopic({ topic, partitions: 3, config: { 'cleanup.policy': 'compact' } });
    await producer.send(topic, [{ key: 'k', value: 'v', partition: 2 }]);
    expect(await admin.topics([topic])).toEqual([{ topic, partitions: 3, replicationFactor: 1 }]);
    const all = await admin.topics();
    expect(all.map((described) => described.topic)).toContain(topic);
    expect(all.map((described) => described.topic)).not.toContain('__consumer_offsets');
  });

  it('refuses a topic that exists, one that cannot be, and one that is not there', async () => {
    const topic = await newTopic(1);
    await expect(admin.createTopic({ topic, partitions: 1 })).rejects.toMatchObject({
      code: 'TOPIC_EXISTS',
      topic,
    });
    await expect(admin.createTopic({ topic: 'no/name', partitions: 1 })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    });
    await expect(
      admin.createTopic({ topic: `${topic}-x`, partitions: 1, replicationFactor: 30 }),
    ).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await expect(admin.topics(['not-there'])).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
    await expect(admin.deleteTopic('not-there')).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
    await expect(admin.offsets('not-there', 'latest')).rejects.toMatchObject({
      code: 'UNKNOWN_TOPIC',
    });
  });

  it('adds partitions, and does not take any away', async () => {
    const topic = await newTopic(1);
    await admin.addPartitions(topic, 4);
    expect(await admin.topics([topic])).toMatchObject([{ partitions: 4 }]);
    await producer.send(topic, [{ value: 'v', partition: 3 }]);
    await expect(admin.addPartitions(topic, 2)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });

  it('deletes topics, so that the name is free at once', async () => {
    const topic = await newTopic(2);
    await admin.deleteTopic(topic);
    await admin.createTopic({ topic, partitions: 1 });
    expect(await admin.topics([topic])).toMatchObject([{ partitions: 1 }]);
  });

  it('finds offsets by their place and by time', async () => {
    const topic = await newTopic(2);
    const at = (timestampMs: number) => ({ value: 'v', partition: 0, timestampMs });
    await producer.send(topic, [at(1_000), at(2_000), at(3_000)]);
    const offsets = async (start: Parameters<typeof admin.offsets>[1]) =>
      (await admin.offsets(topic, start)).map(({ offset }) => offset);
    expect(await offsets('earliest')).toEqual([0, 0]);
    expect(await offsets('latest')).toEqual([3, 0]);
    expect(await offsets({ timestampMs: 1_500 })).toEqual([1, 0]);
    expect(await offsets({ timestampMs: 2_000 })).toEqual([1, 0]);
    expect(await offsets({ timestampMs: 9_000 })).toEqual([3, 0]);
    expect(await offsets({ offset: 2 })).toEqual([2, 2]);
  });

  it('sets and reads positions of a group without members', async () => {
    const topic = await newTopic(3);
    const group = `admin-${randomUUID()}`;
    expect(await admin.committed(group)).toEqual([]);
    await admin.commit(group, [
      { topic, partition: 0, offset: 5 },
      { topic, partition: 2, offset: 7 },
    ]);
    expect(await admin.committed(group)).toEqual([
      { topic, partition: 0, offset: 5, metadata: '' },
      { topic, partition: 2, offset: 7, metadata: '' },
    ]);
    expect(await admin.committed(group, ['other'])).toEqual([]);
    expect(await admin.groups()).toContain(group);
  });

  it('describes a group at work, and does not set its positions', async () => {
    const topic = await newTopic(2);
    const group = `admin-${randomUUID()}`;
    const client = new Kafka({
      clientId: 'peer',
      brokers: [...bootstrap],
      logLevel: logLevel.NOTHING,
    });
    const consumer = client.consumer({ groupId: group });
    await consumer.connect();
    await consumer.subscribe({ topic });
    await consumer.run({ eachMessage: async () => {} });
    await until('it is stable', async () => (await admin.group(group)).state === 'Stable');
    const described = await admin.group(group);
    expect(described).toMatchObject({
      group,
      assignor: 'RoundRobinAssigner',
      members: [{ clientId: 'peer', host: expect.stringMatching(/^[0-9]/) }],
    });
    expect(described.members[0]?.partitions).toEqual([
      { topic, partition: 0 },
      { topic, partition: 1 },
    ]);
    await expect(admin.commit(group, [{ topic, partition: 0, offset: 1 }])).rejects.toThrow(
      'has members',
    );
    await consumer.disconnect();
    expect((await admin.group(group)).state).toBe('Empty');
  });
});
