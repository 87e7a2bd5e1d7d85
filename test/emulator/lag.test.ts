import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventHubs, memoryCheckpointStore } from '../../src/backends/eventhubs/index.ts';
import { kafka } from '../../src/backends/kafka/index.ts';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import {
  type App,
  type BackendDefinition,
  partita,
  silentLogger,
  stopPartition,
} from '../../src/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { openTelemetry, prometheusEndpoint } from '../../src/telemetry/index.ts';
import { until } from '../support/until.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ hubs: ['orders:3:billing'], kafkaPort: 0 });
});
afterAll(() => emulator.close());

it.each<[string, () => BackendDefinition]>([
  ['Kafka', () => kafka({ brokers: [emulator.kafka?.bootstrap ?? ''] })],
  [
    'Event Hubs',
    () =>
      eventHubs({
        connectionString: emulator.connectionString,
        checkpoints: memoryCheckpointStore(realClock),
      }),
  ],
])('on %s the lag is known of partitions of which nothing was read', async (_, backend) => {
  await using prometheus = await prometheusEndpoint({ port: 0, host: '127.0.0.1' });
  const lags = async () => {
    const text = await (await fetch(prometheus.url)).text();
    const found = text.matchAll(/^partita_partition_lag\{.*partition_id="(\d)".* (\d+)$/gm);
    return [...found].map(([, partition, lag]) => `${partition}:${lag}`).sort();
  };
  await using app: App = partita({
    backend: backend(),
    logger: silentLogger,
    telemetry: openTelemetry({ traces: false, metrics: prometheus.meterProvider }),
  }).consume('orders', {
    group: 'billing',
    start: 'latest',
    onError: stopPartition(),
    open({ partition }) {
      // Nothing of this one is handed to a handler.
      if (partition === 2) throw new Error('no disk');
    },
    handle: () => {},
  });
  await app.start();
  await until('it stands', () => !app.health().ok);
  const three = Array.from({ length: 3 }, () => ({ value: 'x', partition: 2 }));
  await app.producer().send('orders', three);
  await until('all is told', async () => (await lags()).join() === '0:0,1:0,2:3');
  expect(await lags()).toEqual(['0:0', '1:0', '2:3']);
});
