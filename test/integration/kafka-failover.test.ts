import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafka } from '../../src/backends/kafka/index.ts';
import type { Backend, RecordMetadata } from '../../src/core/index.ts';
import { type KafkaCluster, startKafka } from '../support/kafka.ts';
import { openWire, realEnv } from '../support/open-wire.ts';
import { readPartition } from '../support/read-topic.ts';
import { sharedKafka } from '../support/shared-kafka.ts';
import { until } from '../support/until.ts';

describe.skipIf(sharedKafka().missing !== undefined)('a producer on three brokers', () => {
  let cluster: KafkaCluster;
  let backend: Backend;

  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3 });
    backend = kafka({ brokers: cluster.bootstrap }).open(realEnv);
  });
  afterAll(async () => {
    await backend?.close();
    await cluster?.close();
  });

  it('loses and repeats no acknowledged record while leaders are killed and come back', async () => {
    const topic = 'failover';
    const partitions = 6;
    await backend.openAdmin().createTopic({ topic, partitions, replicationFactor: 3 });
    const producer = backend.openProducer({
      acks: 'all',
      idempotent: true,
      compression: 'none',
      lingerMs: 1,
      batchBytes: 16_384,
      deliveryTimeoutMs: 60_000,
    });
    const acknowledged: RecordMetadata[] = [];
    const sent: number[] = [];
    let running = true;
    const lane = async (partition: number): Promise<void> => {
      for (let i = 0; running; i++) {
        const value = `${partition}:${i}`;
        const [at] = await producer.send(topic, [{ value, partition }]);
        sent[partition] = i + 1;
        if (at !== undefined) acknowledged.push(at);
      }
    };
    const lanes = Array.from({ length: partitions }, (_, partition) => lane(partition));
    const grown = (count: number): Promise<void> => {
      const goals = sent.map((done) => done + count);
      return until(
        'every partition goes on',
        () => goals.every((goal, i) => (sent[i] ?? 0) >= goal),
        {
          timeoutMs: 60_000,
        },
      );
    };
    await until('all lanes run', () => sent.filter((done) => done > 20).length === partitions);
    await cluster.killBroker(0);
    await grown(50);
    await cluster.startBroker(0);
    await grown(50);
    await cluster.stopBroker(1);
    await grown(50);
    await cluster.startBroker(1);
    await grown(50);
    running = false;
    await Promise.all(lanes);

    const wire = openWire(cluster.bootstrap);
    for (let partition = 0; partition < partitions; partition++) {
      const read = await readPartition(wire, topic, partition);
      const expected = Array.from({ length: sent[partition] ?? 0 }, (_, i) => `${partition}:${i}`);
      expect(read.map(({ value }) => String(value))).toEqual(expected);
    }
    expect(acknowledged).toHaveLength(sent.reduce((sum, done) => sum + done, 0));
    await wire.close();
  }, 240_000);
});
