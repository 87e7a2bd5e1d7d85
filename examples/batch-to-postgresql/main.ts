import { setTimeout as wait } from 'node:timers/promises';
import { partita, silentLogger } from 'partita';
import pg from 'pg';
import { openBackend } from '../support/open-backend.ts';
import { Ledger } from './ledger.ts';
import { startWorker } from './start-worker.ts';

const count = 20_000;

// The database that PGHOST, PGUSER, PGDATABASE and so on name.
await using ending = new AsyncDisposableStack();
const pool = ending.adopt(new pg.Pool({ max: 4 }), (opened) => opened.end());
const ledger = new Ledger(pool);
await ledger.createTables();
await using place = await openBackend({ payments: 4 });

{
  await using app = partita({ backend: place.backend, logger: silentLogger });
  const records = Array.from({ length: count }, (_, cents) => {
    const customer = `customer-${cents % 50}`;
    return { key: customer, value: JSON.stringify({ customer, cents }) };
  });
  await app.producer().send('payments', records);
}

let worker = await startWorker(place, ledger);
for (const part of [1 / 3, 2 / 3]) {
  while ((await ledger.booked()).payments < count * part) await wait(5);
  await worker.kill();
  const { payments } = await ledger.booked();
  console.log(`killed after ${payments} of ${count} payments; started anew`);
  worker = await startWorker(place, ledger);
}
while ((await ledger.booked()).payments < count) await wait(5);
await worker.stop();

const { payments, cents } = await ledger.booked();
const expected = (count * (count - 1)) / 2;
console.log(`${payments} payments of ${count}, ${cents} cents of ${expected}`);
if (payments !== count || cents !== expected) throw new Error('a payment is missing or twice');
