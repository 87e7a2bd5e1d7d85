import { ContainerClient } from '@azure/storage-blob';
import { type App, json, partita, silentLogger, skip } from 'partita';
import { startEmulator, startStorage } from 'partita/emulator';
import { blobCheckpoints, eventHubs } from 'partita/eventhubs';
import { Countdown } from '../support/countdown.ts';

// A namespace and a storage account of yours, or both in this process.
await using started = new AsyncDisposableStack();
const connectionString =
  process.env.EVENTHUBS_CONNECTION_STRING ??
  started.use(await startEmulator({ port: 0, hubs: ['telemetry:2'] })).connectionString;
const storage =
  process.env.STORAGE_CONNECTION_STRING ?? started.use(await startStorage()).connectionString;
const container = new ContainerClient(storage, 'checkpoints');
await container.createIfNotExists();

const backend = eventHubs({
  connectionString,
  checkpoints: blobCheckpoints({ connectionString: storage, container: 'checkpoints' }),
});

/** An event processor with the four calls of the Event Processor Host: open, process, close, error. */
function processor(name: string, events: Countdown): App {
  const app = partita({ backend, clientId: name, logger: silentLogger }).consume('telemetry', {
    group: '$Default',
    value: json(),
    onError: skip(),
    open: ({ partition }) => console.log(`${name}: open ${partition}`),
    handle(reading, { record: { partition, offset } }) {
      events.take();
      if (Object(reading).celsius === undefined) throw new Error('no temperature in it');
      console.log(`${name}: process ${partition}@${offset} ${JSON.stringify(reading)}`);
    },
    close: ({ partition }, reason) => console.log(`${name}: close ${partition} (${reason})`),
  });
  app.on((event) => {
    if (event.kind === 'recordFailed') console.log(`${name}: error ${event.error}`);
  });
  return app;
}

for (const [name, readings] of [
  ['first', [{ celsius: 19 }, { fahrenheit: 70 }, { celsius: 20 }]],
  ['second', [{ celsius: 21 }]],
] as const) {
  const events = new Countdown(readings.length);
  const app = processor(name, events);
  await app.start();
  for (const [index, reading] of readings.entries())
    await app
      .producer()
      .send('telemetry', { partition: index % 2, value: JSON.stringify(reading) });
  await events.done;
  await app.stop();
}
for await (const { name, metadata = {} } of container.listBlobsFlat({ includeMetadata: true }))
  if (name.includes('/checkpoint/'))
    console.log(`${name}: sequence number ${metadata.sequencenumber}`);
