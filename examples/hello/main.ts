import { partita, stopPartition, text } from 'partita';
import { Countdown } from '../support/countdown.ts';
import { openBackend } from '../support/open-backend.ts';

await using place = await openBackend({ greetings: 3 });
const greeted = new Countdown(3);
await using app = partita({ backend: place.backend }).consume('greetings', {
  group: 'hello',
  value: text(),
  onError: stopPartition(),
  handle(greeting, { record }) {
    console.log(`${greeting} (partition ${record.partition}, offset ${record.offset})`);
    greeted.take();
  },
});
await app.start();
for (const name of ['Ada', 'Grace', 'Edsger'])
  await app.producer().send('greetings', { key: name, value: `Hello, ${name}!` });
await greeted.done;
