import { partita, stopPartition } from 'partita';
import { kafka } from 'partita/kafka';
import { readTask, Stopwatch } from '../support/task.ts';

const { bootstrap, topic, records, group } = readTask();
const watch = new Stopwatch(records);
const app = partita({ backend: kafka({ brokers: [...bootstrap] }) }).consume(topic, {
  group,
  batch: { maxRecords: 10_000 },
  onError: stopPartition(),
  handleBatch: (batch) => watch.count(batch.length),
});
await app.start();
await watch.done;
watch.report();
await app.stop();
