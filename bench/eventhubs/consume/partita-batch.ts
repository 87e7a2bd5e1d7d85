import { partita, stopPartition } from 'partita';
import { eventHubs, memoryCheckpointStore } from 'partita/eventhubs';
import { readTask, Stopwatch } from '../../support/task.ts';

const { bootstrap, topic, records } = readTask();
/** As many events of a partition under way as the other contender has, and room for them. */
const prefetch = 3_000;
const maxBytesPerPartition = 4 * 2 ** 20;
const watch = new Stopwatch(records);
const backend = eventHubs({
  connectionString: bootstrap[0] ?? '',
  checkpoints: memoryCheckpointStore({ now: Date.now }),
  prefetch,
});
const app = partita({ backend }).consume(topic, {
  group: 'partita',
  start: 'earliest',
  fetch: { maxBytesPerPartition },
  batch: { maxRecords: 1_000 },
  onError: stopPartition(),
  handleBatch: (batch) => watch.count(batch.length),
});
await app.start();
await watch.done;
watch.report();
await app.stop();
