import type { BrokerNode, Wire } from '../../src/backends/kafka/wire/wire.ts';
import { createTopicsApi, produceApi, RecordBatchBuilder } from '../../src/protocol/index.ts';
import { until } from '../../test/support/until.ts';

const perBatch = 125;
const batchesAtOnce = 60;

export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
  readonly valueBytes: number;
}

/** A topic of batches of about 16 kB, as the Java producer's default makes them; on a cluster of one broker. */
export async function makeTopic(wire: Wire, plan: TopicPlan): Promise<void> {
  const { topic, partitions, records, valueBytes } = plan;
  const broker = await anyBroker(wire);
  const admin = wire.link(broker, 'admin');
  const options = { timeoutMs: 30_000 };
  await admin.send(
    createTopicsApi,
    { topics: [{ topic, partitions, replicationFactor: 1 }], timeoutMs: 20_000 },
    options,
  );
  await until(`topic ${topic} has leaders`, async () => {
    const described = (await wire.metadata([topic])).topics.get(topic);
    return described?.partitions.every(({ leaderId }) => leaderId >= 0) ?? false;
  });
  admin.close();
  const batch = makeBatch(valueBytes);
  const link = wire.link(broker, 'produce');
  for (let sent = 0, turn = 0; sent < records; turn++) {
    const batches = Math.min(batchesAtOnce, Math.ceil((records - sent) / perBatch));
    const part = { partition: turn % partitions, records: batch };
    const request = { acks: 1, timeoutMs: 20_000, topics: [{ topic, partitions: [part] }] };
    await produceAll(batches, async () => {
      const answer = await link.send(produceApi, request, options);
      return answer.topics[0]?.partitions[0]?.errorCode === 0;
    });
    sent += batches * perBatch;
  }
  link.close();
}

/** A leader that has just been elected may still refuse; what it refused is sent again. */
async function produceAll(count: number, produce: () => Promise<boolean>): Promise<void> {
  for (let left = count; left > 0; ) {
    const stored = await Promise.all(Array.from({ length: left }, produce));
    left -= stored.filter(Boolean).length;
  }
}

export async function anyBroker(wire: Wire): Promise<BrokerNode> {
  const { brokers } = await wire.metadata([]);
  const first = [...brokers.values()][0];
  if (first === undefined) throw new Error('metadata names no broker');
  return first;
}

function makeBatch(valueBytes: number): Buffer {
  const builder = new RecordBatchBuilder();
  const value = Buffer.alloc(valueBytes, 'x');
  const now = Date.now();
  for (let i = 0; i < perBatch; i++) builder.append(Buffer.from(`key-${i}`), value, [], now);
  return Buffer.from(builder.build());
}
