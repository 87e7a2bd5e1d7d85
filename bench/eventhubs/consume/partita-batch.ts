import { partita, stopPartition } from 'partita';
import { eventHubs, memoryCheckpointStore } from 'partita/eventhubs';
import { readTask, Stopwatch } from '../../support/task.ts';

const { bootstrap, topic, records } = readTask();
const watch = new Stopwatch(records);
const backend = eventHubs({
  connectionString: bootstrap[0] ?? '',
  checkpoints: memoryCheckpointStore({ now: Date.now }),
});
const app = partita({ backend }).consume(topic, {
  group: 'partita',
  start: 'earliest',
  batch: { maxRecords: 1_000 },
  onError: stopPartition(),
  handleBatch: (batch) => watch.count(batch.length),
});
await app.start();
await watch.done;
watch.report();
await app.stop();
