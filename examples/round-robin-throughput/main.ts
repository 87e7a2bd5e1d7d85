import { partita, stopPartition } from 'partita';
import { roundRobinPartitioner } from 'partita/partitioners';
import { Countdown } from '../support/countdown.ts';
import { openBackend } from '../support/open-backend.ts';

const partitions = 12;
const total = 120_000;
const value = Buffer.alloc(100, 'x');

await using place = await openBackend({ clicks: partitions });
const left = new Countdown(total);
const members = ['a', 'b'].map((name) => ({ name, records: 0, partitions: new Set<number>() }));

await using apps = new AsyncDisposableStack();
const [first] = await Promise.all(
  members.map(async (member) => {
    const app = partita({ backend: place.backend, clientId: member.name }).consume('clicks', {
      group: 'analytics',
      assignor: 'roundrobin',
      batch: { maxRecords: 2_000 },
      onError: stopPartition(),
      handleBatch(records, { partition }) {
        member.records += records.length;
        member.partitions.add(partition);
        left.take(records.length);
      },
    });
    apps.use(app);
    await app.start();
    return app;
  }),
);
if (first === undefined) throw new Error('there is no member');

// Records without a key, spread evenly: nobody needs their order.
const producer = first.producer({ partitioner: roundRobinPartitioner(), lingerMs: 5 });
const began = performance.now();
for (let sent = 0; sent < total; sent += 10_000)
  await producer.send(
    'clicks',
    Array.from({ length: 10_000 }, () => ({ value })),
  );
await left.done;
const seconds = (performance.now() - began) / 1_000;

const ends = await first.admin().offsets('clicks', 'latest');
console.log(`written per partition: ${ends.map(({ offset }) => offset).join(' ')}`);
for (const { name, records, partitions: read } of members)
  console.log(`member ${name}: ${records} records of ${read.size} partitions`);
console.log(`${Math.round(total / seconds).toLocaleString('en')} records/s written and read`);
