import { Consumer } from '@platformatic/kafka';
import { readTask, Stopwatch } from '../support/task.ts';

const { bootstrap, topic, records, group } = readTask();
const watch = new Stopwatch(records);
const consumer = new Consumer({
  clientId: 'bench',
  groupId: group,
  bootstrapBrokers: [...bootstrap],
});
const stream = await consumer.consume({
  topics: [topic],
  mode: 'earliest',
  fallbackMode: 'earliest',
  autocommit: 1_000,
  maxWaitTime: 500,
  maxBytes: 10_485_760,
  highWaterMark: 10_000,
});
stream.on('data', () => watch.count());
await watch.done;
watch.report();
await consumer.close(true);
