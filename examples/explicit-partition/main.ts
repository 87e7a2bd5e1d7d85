import { PartitaError, partita, stopPartition, text } from 'partita';
import { explicitPartitioner } from 'partita/partitioners';
import { Countdown } from '../support/countdown.ts';
import { openBackend } from '../support/open-backend.ts';

/** Each tenant has a partition of its own; who reads it is settled by whoever deploys the reader. */
const tenants = ['north', 'east', 'south', 'west'];
const mine = 2;

await using place = await openBackend({ readings: tenants.length });
const read = new Countdown(3);
await using app = partita({ backend: place.backend }).consume('readings', {
  partitions: [mine], // no group: nothing is shared, moved or committed
  value: text(),
  onError: stopPartition(),
  handle(reading, { record }) {
    console.log(`partition ${record.partition}, offset ${record.offset}: ${reading}`);
    read.take();
  },
});
await app.start();

const producer = app.producer({ partitioner: explicitPartitioner() });
for (const degrees of [19, 20, 21])
  for (const [partition, tenant] of tenants.entries())
    await producer.send('readings', { partition, value: `${tenant} ${degrees} degrees` });
try {
  await producer.send('readings', { value: 'nowhere 0 degrees' });
} catch (error) {
  if (!PartitaError.is(error)) throw error;
  console.log(`refused: ${error.message}`);
}
await read.done;
