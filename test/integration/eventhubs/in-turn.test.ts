import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { BlobCheckpointStore as OfficialStore } from '@azure/eventhubs-checkpointstore-blob';
import { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobCheckpointStore, eventHubs } from '../../../src/backends/eventhubs/index.ts';
import {
  type Emulator,
  type Storage,
  startEmulator,
  startStorage,
} from '../../../src/emulator/index.ts';
import { partita, silentLogger, stopPartition } from '../../../src/index.ts';
import { pythonProblem, runPython } from '../../support/event-hubs/python-processor.ts';
import { until } from '../../support/until.ts';

const PARTITIONS = 4;
const PER_STAGE = 24;
const group = 'chain';
/** An official processor may leave in a hurry and keep what it owned: then the next one waits this long. */
const EXPIRY_MS = 3_000;

let emulator: Emulator;
let storage: Storage;
let container: ContainerClient;
beforeAll(async () => {
  emulator = await startEmulator({ hubs: ['unused'] });
  storage = await startStorage();
  container = new ContainerClient(storage.connectionString, 'checkpoints');
  await container.create();
});
afterAll(async () => {
  await emulator?.close();
  await storage?.close();
});

/** Reads so many events as a member of the group, checkpoints them, leaves, and says what they were. */
type Reader = (hub: string, count: number) => Promise<string[]>;

const js: Reader = async (hub, count) => {
  const values: string[] = [];
  const client = new EventHubConsumerClient(
    ...([group, emulator.connectionString, hub, new OfficialStore(container)] as const),
    {
      loadBalancingOptions: {
        strategy: 'greedy',
        updateIntervalInMs: 400,
        partitionOwnershipExpirationIntervalInMs: EXPIRY_MS,
      },
    },
  );
  await new Promise<void>((resolve, reject) => {
    client.subscribe(
      {
        processEvents: async (events, context) => {
          for (const event of events) {
            values.push(String(event.body));
            await context.updateCheckpoint(event);
          }
          if (values.length >= count) resolve();
        },
        processError: async (error) => reject(error),
      },
      { startPosition: { offset: '-1' }, maxBatchSize: 10 },
    );
  });
  await client.close();
  return values;
};

const python: Reader = (hub, count) =>
  runPython(
    'read_in_group.py',
    ...[emulator.connectionString, hub, group, storage.connectionString, 'checkpoints'],
    ...[String(EXPIRY_MS / 1_000), String(count)],
  );

const oursWith =
  (checkpoints: () => BlobCheckpointStore): Reader =>
  async (hub, count) => {
    const values: string[] = [];
    const { connectionString } = emulator;
    const backend = eventHubs({
      connectionString,
      checkpoints: checkpoints(),
      foreignExpiryMs: EXPIRY_MS,
    });
    await using app = partita({ backend, logger: silentLogger });
    app.consume(hub, {
      ...{ group, start: 'earliest', sessionTimeoutMs: 4_000, heartbeatIntervalMs: 400 },
      onError: stopPartition(),
      handle: (_, { record }) => values.push(String(record.value)),
    });
    await app.start();
    await until('so many events are handled', () => values.length >= count);
    return values;
  };

const ours = oursWith(() => new BlobCheckpointStore({ container }));

/** As many events into each partition; says what they are. */
async function write(hub: string, stage: string, count: number): Promise<string[]> {
  const producer = new EventHubProducerClient(emulator.connectionString, hub);
  const bodies: string[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const here = Array.from({ length: count / PARTITIONS }, (_, i) => `${stage}/${partition}/${i}`);
    const events = here.map((body) => ({ body: Buffer.from(body) }));
    await producer.sendBatch(events, { partitionId: String(partition) });
    bodies.push(...here);
  }
  await producer.close();
  return bodies;
}

const noPython = pythonProblem();
if (noPython !== undefined) console.warn(`Not tried with the Python SDK: ${noPython}`);

/** Each after each other one, where all three are to be had. */
const chain: readonly (readonly [string, Reader])[] = [
  ['JavaScript', js],
  ['Partita', ours],
  ...(noPython === undefined ? ([['Python', python]] as const) : []),
  ['Partita', ours],
  ['JavaScript', js],
  ...(noPython === undefined
    ? ([
        ['Python', python],
        ['JavaScript', js],
      ] as const)
    : []),
];

it('goes on where the SDK before stopped, in every order, and handles each event once', async () => {
  emulator.addHub({ name: 'in-turn', partitions: PARTITIONS, consumerGroups: [group] });
  for (const [i, [name, read]] of chain.entries()) {
    const stage = `${i} ${name}`;
    const written = await write('in-turn', stage, PER_STAGE);
    const handled = await read('in-turn', PER_STAGE);
    expect(handled.toSorted(), `stage ${stage}`).toEqual(written.toSorted());
  }
});

describe('a group that moves in from older software', () => {
  /** A lease of the Event Processor Host with the third event of a partition as the last that was handled. */
  async function leaveLeases(hub: string, at: ContainerClient, prefix: string): Promise<void> {
    const client = new EventHubConsumerClient('$Default', emulator.connectionString, hub);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const third = await new Promise<{ offset: string; sequenceNumber: number }>((resolve) => {
        const subscription = client.subscribe(
          String(partition),
          {
            processEvents: async ([event]) => {
              if (event === undefined) return;
              resolve(event);
              void subscription.close();
            },
            processError: async () => {},
          },
          { startPosition: { sequenceNumber: 2, isInclusive: true } },
        );
      });
      const text = JSON.stringify({
        ...{ PartitionId: String(partition), Owner: 'old', Token: 'lease', Epoch: 12 },
        ...{ Offset: third.offset, SequenceNumber: third.sequenceNumber },
      });
      await at.getBlockBlobClient(`${prefix}${partition}`).upload(text, text.length);
    }
    await client.close();
  }

  it.each([
    ['Azure Functions', 'azure-webjobs-eventhub', `localhost/functions/${group}/`],
    ['Event Processor Host', 'checkpoints', `${group}/`],
  ])('begins behind what %s had handled', async (name, leases, prefix) => {
    const hub = name === 'Azure Functions' ? 'functions' : 'host';
    emulator.addHub({ name: hub, partitions: PARTITIONS, consumerGroups: [group] });
    await write(hub, 'before', 3 * PARTITIONS);
    const after = await write(hub, 'after', 2 * PARTITIONS);
    const old = new ContainerClient(storage.connectionString, leases);
    await old.createIfNotExists();
    await leaveLeases(hub, old, prefix);
    const read = oursWith(() => new BlobCheckpointStore({ container, legacy: { container: old } }));
    expect((await read(hub, after.length)).toSorted()).toEqual(after.toSorted());
    // From then on by its own checkpoints.
    const later = await write(hub, 'later', PARTITIONS);
    expect((await read(hub, later.length)).toSorted()).toEqual(later.toSorted());
  });
});
