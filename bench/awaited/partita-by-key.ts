import { setTimeout as wait } from 'node:timers/promises';
import { partita, stopPartition } from 'partita';
import { kafka } from 'partita/kafka';
import { readTask, Stopwatch } from '../support/task.ts';

const { bootstrap, topic, records, group } = readTask();
const watch = new Stopwatch(records);
const app = partita({ backend: kafka({ brokers: [...bootstrap] }) }).consume(topic, {
  group,
  concurrency: { order: 'key', limit: 100 },
  onError: stopPartition(),
  async handle() {
    await wait(10);
    watch.count();
  },
});
await app.start();
await watch.done;
watch.report();
await app.stop();
