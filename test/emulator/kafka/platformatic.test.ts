import {
  Admin,
  Consumer,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import { afterAll, describe, expect, it } from 'vitest';
import { kafkaBroker } from '../../../src/emulator/kafka/index.ts';

const broker = await kafkaBroker();
afterAll(() => broker.close());

const base = { clientId: 'platformatic', bootstrapBrokers: [broker.bootstrap] };

async function filled(topic: string, count: number): Promise<void> {
  const admin = new Admin(base);
  await admin.createTopics({ topics: [topic], partitions: 3, replicas: 1 });
  await admin.close();
  const producer = new Producer({ ...base, serializers: stringSerializers, idempotent: true });
  const messages = Array.from({ length: count }, (_, at) => ({
    topic,
    key: `key-${at % 5}`,
    value: `value-${at}`,
    headers: { at: String(at) },
  }));
  await producer.send({ messages, compression: 'gzip' });
  await producer.close();
}

function consumer(groupId: string): Consumer<string, string, string, string> {
  return new Consumer({ ...base, groupId, deserializers: stringDeserializers });
}

/** Reads so many records from where the group stands, commits each, and leaves. */
async function read(topic: string, groupId: string, count: number): Promise<string[]> {
  const member = consumer(groupId);
  const stream = await member.consume({
    topics: [topic],
    mode: MessagesStreamModes.COMMITTED,
    fallbackMode: MessagesStreamFallbackModes.EARLIEST,
    autocommit: false,
    maxWaitTime: 100,
    sessionTimeout: 10_000,
  });
  const values: string[] = [];
  for await (const message of stream) {
    values.push(message.value);
    await message.commit();
    if (values.length === count) break;
  }
  await stream.close();
  await member.close(true);
  return values;
}

describe('@platformatic/kafka at the embedded broker', () => {
  it('reads back what it wrote', async () => {
    await filled('written', 200);
    const values = await read('written', 'all', 200);
    expect(new Set(values).size).toBe(200);
  });

  it('goes on where its group stopped', async () => {
    await filled('resumed', 40);
    const first = await read('resumed', 'resumed', 15);
    const second = await read('resumed', 'resumed', 25);
    expect(new Set([...first, ...second]).size).toBe(40);
  });

  it('describes topics, offsets and groups', async () => {
    await filled('described', 10);
    await read('described', 'described', 10);
    const admin = new Admin(base);
    expect(await admin.listTopics()).toContain('described');
    const groups = await admin.describeGroups({ groups: ['described'] });
    expect(groups.get('described')?.state).toBe('Empty');
    await admin.deleteGroups({ groups: ['described'] });
    expect([...(await admin.listGroups()).keys()]).not.toContain('described');
    await admin.deleteTopics({ topics: ['described'] });
    expect(await admin.listTopics()).not.toContain('described');
    await admin.close();
  });

  it('writes transactions that count with their offsets when they are committed', async () => {
    await filled('source', 4);
    const member = consumer('moved');
    const stream = await member.consume({
      topics: ['source'],
      mode: MessagesStreamModes.EARLIEST,
      autocommit: false,
      maxWaitTime: 100,
      sessionTimeout: 10_000,
    });
    const producer = new Producer({
      ...base,
      serializers: stringSerializers,
      idempotent: true,
      transactionalId: 'mover',
    });
    const admin = new Admin(base);
    await admin.createTopics({ topics: ['target'], partitions: 1, replicas: 1 });
    await admin.close();
    let moved = 0;
    for await (const message of stream) {
      const transaction = await producer.beginTransaction();
      await transaction.addConsumer(member);
      const { key, value } = message;
      await transaction.send({ messages: [{ topic: 'target', key, value }] });
      await transaction.addOffset(message);
      if (moved++ % 2 === 0) await transaction.commit();
      else await transaction.abort();
      if (moved === 4) break;
    }
    await stream.close();
    await producer.close();
    await member.close(true);
    // Four records and four markers; two of the records were aborted.
    expect(broker.state.topics.find(({ name }) => name === 'target')?.partitions).toMatchObject([
      { startOffset: 0, endOffset: 8 },
    ]);
    expect(await read('target', 'target', 2)).toHaveLength(2);
  });
});
