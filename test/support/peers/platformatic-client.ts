import {
  Admin,
  type CompressionAlgorithmValue,
  Consumer,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import { atBroker, checkedValue, type ForeignClient, numbered } from './foreign-client.ts';
import { PlatformaticPeer } from './platformatic-peer.ts';

/** @platformatic/kafka with groups of the classic protocol. */
export function platformaticClient(bootstrap: string): ForeignClient {
  const base = { clientId: 'platformatic', bootstrapBrokers: [bootstrap] };
  const openProducer = (
    transactionalId?: string,
    identity?: { readonly producerId: bigint; readonly producerEpoch: number },
  ) =>
    new Producer({
      ...base,
      ...identity,
      serializers: stringSerializers,
      ...(transactionalId !== undefined && { transactionalId, idempotent: true }),
    });
  const openConsumer = (groupId: string) =>
    new Consumer({ ...base, groupId, deserializers: stringDeserializers });
  return {
    name: '@platformatic/kafka',
    compressions: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    assignors: ['roundrobin', 'cooperative-sticky', ...atBroker],
    restartsStaticMembers: false,
    // What a fetch brings that was under way when partitions were given up is handled, too.
    repeatsWith: ['roundrobin', ...atBroker],
    commitsAnyOffset: false,
    async createTopic(topic, partitions) {
      const admin = new Admin(base);
      await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
      await admin.close();
    },
    async produce(topic, compression, from, count) {
      const producer = openProducer();
      const messages = Array.from({ length: count }, (_, at) => ({
        topic,
        ...numbered(from + at),
      }));
      await producer.send({ messages, compression: compression as CompressionAlgorithmValue });
      await producer.close();
    },
    async read(topic, group, count) {
      const consumer = openConsumer(group);
      const values: string[] = [];
      const stream = await consumer.consume({
        topics: [topic],
        mode: MessagesStreamModes.COMMITTED,
        fallbackMode: MessagesStreamFallbackModes.EARLIEST,
      });
      for await (const { key, value, headers } of stream) {
        values.push(checkedValue(key, value, headers.get('n')));
        if (values.length === count) break;
      }
      await stream.close();
      await consumer.close(true);
      return values;
    },
    join: async (topic, assignor, instanceId) =>
      new PlatformaticPeer(bootstrap, topic, assignor, instanceId),
    async transact(topic, id) {
      const first = openProducer(id);
      const committed = await first.beginTransaction();
      await committed.send({ messages: [{ topic, value: 'committed' }] });
      await committed.commit();
      const aborted = await first.beginTransaction();
      await aborted.send({ messages: [{ topic, value: 'aborted' }] });
      await aborted.abort();
      const left = await first.beginTransaction();
      await left.send({ messages: [{ topic, value: 'left open' }] });
      // Unless told otherwise, it asks as producer 0 of epoch 0, and with any Kafka is itself the one that is fenced.
      const second = openProducer(id, { producerId: -1n, producerEpoch: -1 });
      const own = await second.beginTransaction();
      await own.send({ messages: [{ topic, value: 'successor' }] });
      await own.commit();
      const outcome = await left.commit().then(
        () => 'not fenced',
        (error: Error) => (/epoch|fence/i.test(messages(error)) ? 'fenced' : messages(error)),
      );
      await Promise.all([first.close(), second.close()]);
      return `committed aborted ${outcome}`;
    },
    close: async () => {},
  };
}

/** Of an error and of those that it gathers. */
function messages(error: Error): string {
  const inner = 'errors' in error ? (error.errors as Error[]) : [];
  return [error.message, ...inner.map(messages)].join('; ');
}
