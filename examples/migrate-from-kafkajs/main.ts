import { setTimeout as wait } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { openKafka } from '../support/open-kafka.ts';
import { after } from './after.ts';
import { before } from './before.ts';

await using place = await openKafka({ invoices: 2 });
const { brokers } = place;

async function write(from: number, to: number): Promise<void> {
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const ids = Array.from({ length: to - from + 1 }, (_, index) => `invoice-${from + index}`);
  const messages = ids.map((id) => ({ key: id, value: JSON.stringify({ id }) }));
  await producer.send({ topic: 'invoices', messages });
  await producer.disconnect();
}

const payments: string[] = [];
const payWith = (client: string) => async (id: string) => {
  await wait(50); // a call to somewhere
  payments.push(id);
  console.log(`${client} pays ${id}`);
};

await write(1, 10);
await before(brokers, 4, payWith('KafkaJS')); // stopped in the middle
await write(11, 12);
await after(brokers, 12 - payments.length, payWith('Partita'));
console.log(`${payments.length} payments of ${new Set(payments).size} invoices`);
