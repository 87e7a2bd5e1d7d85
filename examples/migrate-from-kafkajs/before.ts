import { Kafka, logLevel } from 'kafkajs';

/** Reads `invoices` with KafkaJS, and stops once `count` of them have been paid. */
export async function before(
  brokers: string[],
  count: number,
  pay: (id: string) => Promise<void>,
): Promise<void> {
  const kafka = new Kafka({ clientId: 'accounting', brokers, logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: 'accounting' });
  await consumer.connect();
  await consumer.subscribe({ topics: ['invoices'], fromBeginning: true });
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  let paid = 0;
  await consumer.run({
    autoCommitThreshold: 1,
    async eachMessage({ message }) {
      const invoice = JSON.parse(message.value?.toString() ?? 'null');
      await pay(invoice.id); // throwing retries, then restarts the consumer
      if (++paid === count) resolve();
    },
  });
  await enough;
  await consumer.disconnect();
}
