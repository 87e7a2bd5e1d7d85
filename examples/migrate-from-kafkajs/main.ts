import { Kafka, logLevel } from 'kafkajs';
import { broker } from 'partita/testing';
import { after } from './after.ts';
import { before } from './before.ts';

await using local = await broker({ topics: [{ name: 'orders', partitions: 1 }] });
const brokers = [local.kafka.bootstrap];

async function write(...ids: string[]): Promise<void> {
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const messages = ids.map((id) => ({ value: JSON.stringify({ id }) }));
  await producer.send({ topic: 'orders', messages });
  await producer.disconnect();
}

const charges: string[] = [];
const chargeWith = (client: string) => async (id: string) => {
  charges.push(id);
  console.log(`${client} charges ${id}`);
};

await write('order-1', 'order-2', 'order-3');
await before(brokers, 3, chargeWith('KafkaJS'));
await write('order-4', 'order-5');
await after(brokers, 2, chargeWith('Partita'));
console.log(`${charges.length} charges of ${new Set(charges).size} orders`);
