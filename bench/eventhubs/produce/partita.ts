import { partita } from 'partita';
import { eventHubs } from 'partita/eventhubs';
import { readTask, Stopwatch } from '../../support/task.ts';

const { bootstrap, topic, records } = readTask();
const perSend = 2_000;
const app = partita({ backend: eventHubs({ connectionString: bootstrap[0] ?? '' }) });
const producer = app.producer({ lingerMs: 0 });
const value = Buffer.alloc(1_024, 'x');
const batch = Array.from({ length: perSend }, (_, i) => ({ value, partition: i % 4 }));
await producer.send(topic, batch.slice(0, 4));
const watch = new Stopwatch(records);
watch.count(0);
// A few sends under way, so that the next batch of each partition is there when the one before is acknowledged.
await Promise.all(
  Array.from({ length: 3 }, async (_, lane) => {
    for (let sent = lane * perSend; sent < records; sent += 3 * perSend) {
      await producer.send(topic, batch);
      watch.count(perSend);
    }
  }),
);
watch.report();
await app.stop();
