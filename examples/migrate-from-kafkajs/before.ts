import { Kafka, logLevel } from 'kafkajs';

/** Reads `orders` with KafkaJS until `count` of them have been charged. */
export async function before(
  brokers: string[],
  count: number,
  charge: (id: string) => Promise<void>,
): Promise<void> {
  const kafka = new Kafka({ clientId: 'billing', brokers, logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: 'billing' });
  await consumer.connect();
  await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let charged = 0;
  await consumer.run({
    autoCommitThreshold: 1,
    async eachMessage({ message }) {
      if (charged === count) return;
      const order = JSON.parse(message.value?.toString() ?? 'null');
      await charge(order.id); // throwing retries, then restarts the consumer
      if (++charged === count) resolve();
    },
  });
  await done;
  await consumer.disconnect();
}
