import { Kafka, logLevel } from 'kafkajs';
import { readTask, Stopwatch } from '../support/task.ts';

const { bootstrap, topic, records, group } = readTask();
const watch = new Stopwatch(records);
const consumer = new Kafka({ brokers: [...bootstrap], logLevel: logLevel.NOTHING }).consumer({
  groupId: group,
});
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  autoCommitInterval: 1_000,
  partitionsConsumedConcurrently: 4,
  eachMessage: async () => watch.count(),
});
await watch.done;
watch.report();
await consumer.disconnect();
