import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { until } from '../until.ts';
import { checkedValue, type ForeignClient, numbered } from './foreign-client.ts';
import { KafkaJsPeer } from './kafkajs-peer.ts';

/** KafkaJS brings one compression and one assignor, and knows no static members. */
export function kafkaJsClient(bootstrap: string): ForeignClient {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const openProducer = async (transactionalId?: string) => {
    const producer = kafka.producer(transactionalId === undefined ? {} : { transactionalId });
    await producer.connect();
    return producer;
  };
  return {
    name: 'KafkaJS',
    compressions: ['none', 'gzip'],
    assignors: ['RoundRobinAssigner'],
    restartsStaticMembers: false,
    repeatsWith: [],
    commitsAnyOffset: true,
    async produce(topic, compression, from, count) {
      const producer = await openProducer();
      await producer.send({
        topic,
        compression: compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None,
        messages: Array.from({ length: count }, (_, at) => numbered(from + at)),
      });
      await producer.disconnect();
    },
    async read(topic, groupId, count) {
      const values: string[] = [];
      const consumer = kafka.consumer({ groupId });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message: { key, value, headers } }) => {
          values.push(checkedValue(key, value, headers?.n));
        },
      });
      await until('the records are read', () => values.length >= count);
      await consumer.disconnect();
      return values;
    },
    join: (topic) => KafkaJsPeer.join([bootstrap], topic, {}),
    async transact(topic, id) {
      const first = await openProducer(id);
      const committed = await first.transaction();
      await committed.send({ topic, messages: [{ value: 'committed' }] });
      const topics = [{ topic, partitions: [{ partition: 0, offset: '5' }] }];
      await committed.sendOffsets({ consumerGroupId: id, topics });
      await committed.commit();
      const aborted = await first.transaction();
      await aborted.send({ topic, messages: [{ value: 'aborted' }] });
      await aborted.abort();
      const left = await first.transaction();
      await left.send({ topic, messages: [{ value: 'left open' }] });
      const second = await openProducer(id);
      const own = await second.transaction();
      await own.send({ topic, messages: [{ value: 'successor' }] });
      await own.commit();
      const outcome = await left.commit().then(
        () => 'not fenced',
        (error: Error) => (/epoch|fenced/i.test(error.message) ? 'fenced' : error.message),
      );
      await Promise.all([first.disconnect(), second.disconnect()]);
      return `committed aborted ${outcome}`;
    },
    close: async () => {},
  };
}
