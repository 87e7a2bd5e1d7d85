import { type App, json, partita, retry, silentLogger, stopPartition } from 'partita';
import pg from 'pg';
import { z } from 'zod';
import { Countdown } from '../support/countdown.ts';
import { openBackend } from '../support/open-backend.ts';
import { Ledger } from './ledger.ts';

const Payment = z.object({ customer: z.string(), cents: z.number() });
const count = 4_000;

// The database that PGHOST, PGUSER, PGDATABASE and so on name.
const pool = new pg.Pool({ max: 4 });
const ledger = new Ledger(pool);
await ledger.createTables();
await using place = await openBackend({ payments: 4 });

/** A process of the deployment; `added` hears of each batch that the database has taken. */
function declare(added: (records: number) => void): App {
  const app = partita({ backend: place.backend, logger: silentLogger }).consume('payments', {
    group: 'ledger',
    batch: { maxRecords: 100 },
    value: json(Payment),
    onError: retry({ attempts: 5 }).otherwise(stopPartition()),
    // The database says where to begin, whatever the group has stored.
    async open(partition) {
      await app.consumers[0]?.seek(partition, { offset: await ledger.nextOffset(partition) });
    },
    async handleBatch(payments, { topic, partition, records }) {
      const repeated = await ledger.add({ topic, partition }, payments, records);
      if (repeated > 0) console.log(`left out ${repeated} records that were added before`);
      added(records.length);
    },
  });
  return app;
}

const crashed = new Countdown(count / 3);
const first = declare((records) => crashed.take(records));
await first.start();
await first.producer().send(
  'payments',
  Array.from({ length: count }, (_, index) => ({
    key: `customer-${index % 50}`,
    value: JSON.stringify({ customer: `customer-${index % 50}`, cents: index }),
  })),
);
await crashed.done;
await first.stop({ force: true }); // nothing is drained, and no position of the group is stored
console.log(`the first process crashed at ${await ledger.total()} cents`);

const expected = (count * (count - 1)) / 2;
const second = declare(() => {});
await second.start();
while ((await ledger.total()) < expected) await new Promise((resolve) => setTimeout(resolve, 20));
await second.stop();
const total = await ledger.total();
console.log(`the second went on: ${total} cents of ${expected}`);
await pool.end();
if (total !== expected) throw new Error('a payment was added twice');
