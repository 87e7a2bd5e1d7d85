import { Kafka, logLevel } from 'kafkajs';
import { readTask } from '../support/task.ts';
import { work } from './work.ts';

const { bootstrap } = readTask();
const producer = new Kafka({
  brokers: [...bootstrap],
  logLevel: logLevel.NOTHING,
}).producer();
await producer.connect();
await work((topic, messages) => producer.send({ topic, messages, acks: 1 }));
await producer.disconnect();
