import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { eventHubs, memoryCheckpointStore } from '../../../src/backends/eventhubs/index.ts';
import { createApp, silentLogger, stopPartition } from '../../../src/core/index.ts';
import { type Emulator, startEmulator } from '../../../src/emulator/index.ts';
import { realClock } from '../../../src/system/real-clock.ts';
import { ConnectProxy } from '../../support/connect-proxy.ts';
import { realTarget } from '../../support/real-target.ts';
import { until } from '../../support/until.ts';

let emulator: Emulator;
let connectionString: string;
let ca: string;
beforeAll(async () => {
  emulator = await startEmulator({ hubs: ['official:1', 'ours:2:billing'], webSocketPort: 0 });
  connectionString = emulator.webSocketConnectionString ?? '';
  ca = readFileSync(emulator.certificatePath ?? '', 'utf8');
});
afterAll(() => emulator?.close());

const port = () => Number(/:(\d+);/.exec(connectionString)?.[1]);
/** As the client library's options have it: `ws` is handed these. */
const webSocketOptions = (more: object = {}) => ({
  webSocket: WebSocket,
  webSocketConstructorOptions: { ca, ...more },
});

it('the official client sends and reads over WebSockets', async () => {
  const options = { webSocketOptions: webSocketOptions() };
  const producer = new EventHubProducerClient(connectionString, 'official', options);
  await producer.sendBatch([{ body: Buffer.alloc(300_000, 'x') }, { body: 'b' }]);
  await producer.close();
  const consumer = new EventHubConsumerClient('$Default', connectionString, 'official', options);
  const sizes: number[] = [];
  const read = Promise.withResolvers<void>();
  consumer.subscribe(
    '0',
    {
      processEvents: async (events) => {
        for (const { body } of events) sizes.push(body.length);
        if (sizes.length === 2) read.resolve();
      },
      processError: async (error) => read.reject(error),
    },
    { startPosition: { offset: '-1' }, maxBatchSize: 10 },
  );
  await read.promise;
  await consumer.close();
  expect(sizes).toEqual([300_000, 1]);
});

/** Sends, handles, is cut off, sends and handles. */
async function roundTrip(hub: string, more: object): Promise<readonly string[]> {
  const backend = eventHubs({
    connectionString,
    checkpoints: memoryCheckpointStore(realClock),
    webSocketOptions: webSocketOptions(more),
  });
  const { system } = realTarget(backend);
  await using app = createApp({ backend, clientId: 'test', logger: silentLogger }, system);
  const values: string[] = [];
  app.consume(hub, {
    group: 'billing',
    sessionTimeoutMs: 2_000,
    heartbeatIntervalMs: 200,
    onError: stopPartition(),
    handle: (_, { record }) => values.push(String(record.value)),
  });
  await app.start();
  await app.producer().send(hub, [{ value: 'a' }, { value: 'b' }]);
  await until('the first are handled', () => values.length === 2);
  emulator.faults.dropConnections({ hub });
  await app.producer().send(hub, [{ value: 'c' }]);
  await until('the rest is handled', () => values.length === 3);
  return values.toSorted();
}

describe('an application with webSocketOptions', () => {
  it('works over WebSockets alone, also after they were cut', async () => {
    expect(await roundTrip('ours', {})).toEqual(['a', 'b', 'c']);
    await until('all of them are closed', () => emulator.state.connections === 0);
  });

  it('works through a proxy that makes tunnels', async () => {
    await using proxy = new ConnectProxy();
    const agent = new HttpsProxyAgent(await proxy.listen());
    emulator.addHub('tunnelled:2:billing');
    expect(await roundTrip('tunnelled', { agent })).toEqual(['a', 'b', 'c']);
    expect(new Set(proxy.tunnels)).toEqual(new Set([`localhost:${port()}`]));
  });

  it('says at once that it does not trust the certificate', async () => {
    const webSocketOptions = { webSocket: WebSocket };
    const backend = eventHubs({ connectionString, webSocketOptions });
    await using app = createApp({ backend, logger: silentLogger }, realTarget(backend).system);
    await expect(app.admin().offsets('ours', 'earliest')).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      retriable: false,
      message: expect.stringContaining('certificate is not trusted'),
    });
  });
});

it('refuses what is no WebSocket of Event Hubs', async () => {
  const statusOf = (options: object) =>
    new Promise<number | undefined>((resolve, reject) => {
      get({ host: 'localhost', port: port(), ca, ...options }, (answer) =>
        resolve(answer.resume().statusCode),
      ).on('error', reject);
    });
  expect(await statusOf({ path: '/$servicebus/websocket' })).toBe(426);
  const headers = { connection: 'Upgrade', upgrade: 'websocket' };
  expect(await statusOf({ path: '/elsewhere', headers })).toBe(404);
});
