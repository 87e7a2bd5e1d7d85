import { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  blobCheckpoints,
  type EventHubsOptions,
  eventHubs,
  memoryCheckpointStore,
} from '../../../src/backends/eventhubs/index.ts';
import {
  type ConsumerSettings,
  createApp,
  json,
  silentLogger,
  stopPartition,
} from '../../../src/core/index.ts';
import {
  type Emulator,
  type Storage,
  startEmulator,
  startStorage,
} from '../../../src/emulator/index.ts';
import { realClock } from '../../../src/system/real-clock.ts';
import { realTarget } from '../../support/real-target.ts';
import { until } from '../../support/until.ts';

let emulator: Emulator;
let storage: Storage;
beforeAll(async () => {
  emulator = await startEmulator({ hubs: ['unused:1', 'grouped:2:known'] });
  storage = await startStorage();
  await new ContainerClient(storage.connectionString, 'checkpoints').create();
});
afterAll(async () => {
  await emulator?.close();
  await storage?.close();
});

const timing = { sessionTimeoutMs: 2_000, heartbeatIntervalMs: 200, rebalanceTimeoutMs: 10_000 };
let nextHub = 0;

function newHub(partitions: number): string {
  const name = `hub-${nextHub++}`;
  emulator.addHub({ name, partitions, consumerGroups: 'any' });
  return name;
}

/** An application on the emulator; ends with the test. */
function openApp(options: Partial<EventHubsOptions> = {}) {
  const { connectionString } = emulator;
  const checkpoints = memoryCheckpointStore(realClock);
  const backend = eventHubs({ connectionString, checkpoints, ...options });
  const { system } = realTarget(backend);
  return createApp({ backend, clientId: 'test', logger: silentLogger }, system);
}

function consume(
  app: ReturnType<typeof openApp>,
  topic: string,
  more: Partial<ConsumerSettings> = {},
): string[] {
  const values: string[] = [];
  app.consume(topic, {
    ...timing,
    group: 'known',
    onError: stopPartition(),
    handle: (_, { record }) => values.push(String(record.value)),
    ...more,
  });
  return values;
}

const numbers = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => String(from + i));
const records = (values: readonly string[]) => values.map((value) => ({ key: value, value }));

describe('a start that cannot work', () => {
  const failure = async (topic: string, options: Partial<EventHubsOptions>) => {
    await using app = openApp(options);
    consume(app, topic);
    return await app.start().then(
      () => null,
      (error: unknown) => error,
    );
  };

  it('names a consumer group that does not exist, and has written nothing', async () => {
    const hub = 'unused';
    const checkpoints = memoryCheckpointStore(realClock);
    expect(await failure(hub, { checkpoints })).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('no consumer group known'),
    });
    const { members } = await checkpoints.load({ namespace: 'localhost', group: 'known' }, [hub]);
    expect(members).toEqual([]);
  });

  it('names a hub that does not exist', async () => {
    expect(await failure('nowhere', {})).toMatchObject({
      code: 'UNKNOWN_TOPIC',
      message: expect.stringContaining('nowhere'),
    });
  });

  it('names a container that does not exist', async () => {
    const { connectionString } = storage;
    const checkpoints = blobCheckpoints({ connectionString, container: 'missing' });
    expect(await failure('grouped', { checkpoints })).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('missing'),
    });
  });

  it('names the credentials when the key is wrong', async () => {
    const connectionString = emulator.connectionString.replace('SAS_KEY_VALUE', 'd3Jvbmc=');
    expect(await failure('grouped', { connectionString })).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('connectionString'),
    });
  });

  it('asks for a store where a group is named', async () => {
    const { connectionString } = emulator;
    const backend = eventHubs({ connectionString });
    await using app = createApp({ backend, logger: silentLogger }, realTarget(backend).system);
    consume(app, 'grouped');
    await expect(app.start()).rejects.toThrow('checkpoints is missing');
  });
});

describe('a running group', () => {
  it('keeps its positions in blobs over a restart', async () => {
    const hub = newHub(4);
    const { connectionString } = storage;
    const checkpoints = blobCheckpoints({ connectionString, container: 'checkpoints' });
    const first = openApp({ checkpoints });
    const before = consume(first, hub);
    await first.start();
    await first.producer().send(hub, records(numbers(100)));
    await until('all is handled', () => before.length === 100);
    await first.stop();
    await using second = openApp({ checkpoints });
    const after = consume(second, hub);
    await second.start();
    await second.producer().send(hub, records(numbers(50, 100)));
    await until('the rest is handled', () => after.length >= 50);
    expect(after.toSorted()).toEqual(numbers(50, 100).toSorted());
  });

  it('goes on after its connections were cut, without loss or repetition', async () => {
    const hub = newHub(2);
    await using app = openApp();
    const values = consume(app, hub);
    await app.start();
    await app.producer().send(hub, records(numbers(20)));
    await until('the first are handled', () => values.length === 20);
    emulator.faults.dropConnections({ hub });
    await app.producer().send(hub, records(numbers(20, 20)));
    await until('the rest is handled', () => values.length >= 40, { timeoutMs: 20_000 });
    expect(values.toSorted()).toEqual(numbers(40).toSorted());
  });

  it('says that its hub was disabled, and goes on when it is enabled', async () => {
    const hub = newHub(1);
    await using app = openApp();
    const values = consume(app, hub);
    await app.start();
    const producer = app.producer();
    await producer.send(hub, records(['a']));
    await until('the first is handled', () => values.length === 1);
    emulator.faults.refuseHub(hub);
    emulator.faults.dropConnections({ hub });
    await until('health has turned red', () => !app.health().ok);
    const sent = producer.send(hub, records(['b']));
    emulator.faults.allowHub(hub);
    await sent;
    await until('the second is handled', () => values.length === 2, { timeoutMs: 20_000 });
    await until('health is green again', () => app.health().ok, { timeoutMs: 20_000 });
    expect(values).toEqual(['a', 'b']);
  });

  it('loses a partition to a thief, and reads it again when it is still its own', async () => {
    const hub = newHub(1);
    await using app = openApp();
    const closed: string[] = [];
    const values = consume(app, hub, { close: (_, reason) => void closed.push(reason) });
    await app.start();
    await app.producer().send(hub, records(['a']));
    await until('the first is handled', () => values.length === 1);
    emulator.faults.steal({ hub, partition: '0', group: 'known', ownerLevel: 1_000 });
    await until('the partition is lost', () => closed.includes('lost'));
    await app.producer().send(hub, records(['b']));
    await until('it is read again', () => values.includes('b'), { timeoutMs: 20_000 });
  });

  it('goes on by sequence number where the service does not take the offset text any more', async () => {
    const hub = newHub(1);
    await using app = openApp();
    const values = consume(app, hub);
    await app.producer().send(hub, records(['a', 'b', 'c']));
    const position = { topic: hub, partition: 0, offset: 1, token: '99999999' };
    await app.admin().commit('known', [position]);
    await app.start();
    await until('the rest is handled', () => values.length === 2);
    expect(values).toEqual(['b', 'c']);
  });

  it('reads what the official client writes: no key, text properties, numbers', async () => {
    const hub = newHub(1);
    const { EventHubProducerClient } = await import('@azure/event-hubs');
    const producer = new EventHubProducerClient(emulator.connectionString, hub);
    await producer.sendBatch([{ body: { id: 1 }, properties: { kind: 'x', count: 3 } }], {
      partitionKey: 'k',
    });
    await producer.close();
    await using app = openApp({ keyOf: ({ properties }) => properties?.kind ?? null });
    const seen: unknown[] = [];
    app.consume(hub, {
      ...timing,
      group: 'known',
      onError: stopPartition(),
      value: json(),
      handle: (value, { record: { key, headers } }) =>
        seen.push([value, String(key), headers.map((each) => [each.name, String(each.value)])]),
    });
    await app.start();
    await until('it is handled', () => seen.length === 1);
    expect(seen).toEqual([
      [
        { id: 1 },
        'x',
        [
          ['kind', 'x'],
          ['count', '3'],
        ],
      ],
    ]);
  });

  it('holds no more than its prefetch of a partition whose handler is stuck', async () => {
    const hub = newHub(1);
    await using app = openApp({ prefetch: 10 });
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const values: string[] = [];
    app.consume(hub, {
      ...timing,
      group: 'known',
      onError: stopPartition(),
      buffer: { highRecords: 1 },
      handle: async (_, { record }) => {
        values.push(String(record.value));
        if (values.length > 30) await held;
      },
    });
    await app.start();
    const producer = app.producer();
    // Each comes alone, which is when the client library would issue its credit anew.
    for (const value of numbers(30)) {
      await producer.send(hub, [{ value, partition: 0 }]);
      await until(`${value} is handled`, () => values.length > Number(value));
    }
    await producer.send(
      hub,
      numbers(500, 30).map((value) => ({ value, partition: 0 })),
    );
    await until('the handler is stuck', () => values.length === 31);
    const [status] = app.consumers[0]?.status().partitions ?? [];
    expect(status?.buffered).toBeLessThanOrEqual(20);
    go();
    await until('all is handled', () => values.length === 530);
    expect(values).toEqual(numbers(530));
  });
});
