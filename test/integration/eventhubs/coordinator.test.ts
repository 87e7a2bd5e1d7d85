import { EventHubConsumerClient } from '@azure/event-hubs';
import { BlobCheckpointStore as OfficialStore } from '@azure/eventhubs-checkpointstore-blob';
import { ContainerClient } from '@azure/storage-blob';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cooperativeSticky } from '../../../src/assignors/index.ts';
import type { CoordinatorOptions } from '../../../src/backends/eventhubs/coordinator/options.ts';
import { BlobCheckpointStore } from '../../../src/backends/eventhubs/store/blob-checkpoint-store.ts';
import {
  type Emulator,
  type Storage,
  startEmulator,
  startStorage,
} from '../../../src/emulator/index.ts';
import { realClock } from '../../../src/system/real-clock.ts';
import { seededRandom } from '../../../src/testing/index.ts';
import { PythonProcessor, pythonProblem } from '../../support/event-hubs/python-processor.ts';
import { SimGroupMember } from '../../support/sim-group/sim-group-member.ts';
import { StorageProxy } from '../../support/storage-proxy.ts';
import { until } from '../../support/until.ts';

const EXPIRY_MS = 4_000;
const noPython = pythonProblem();
if (noPython !== undefined) console.warn(`Not tried with the Python SDK: ${noPython}`);

let storage: Storage;
let emulator: Emulator;
let container: ContainerClient;
let proxy: StorageProxy;
const opened: SimGroupMember[] = [];
const official: EventHubConsumerClient[] = [];

beforeAll(async () => {
  storage = await startStorage();
  emulator = await startEmulator({ hubs: ['orders:8:mixed,later,python'] });
  proxy = new StorageProxy(storage);
  container = new ContainerClient(await proxy.listen(), 'checkpoints', {
    retryOptions: { maxTries: 1 },
  });
  await container.create();
});
afterEach(async () => {
  proxy.change = () => {};
  await Promise.all(opened.splice(0).map((member) => member.leave()));
  await Promise.all(official.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await emulator?.close();
  await proxy?.[Symbol.asyncDispose]();
  await storage?.close();
});

function join(
  name: string,
  group: string,
  partitions: number,
  more: Partial<CoordinatorOptions> = {},
): SimGroupMember {
  const member = new SimGroupMember({
    name,
    clock: realClock,
    random: seededRandom(opened.length + 1),
    store: { connect: () => new BlobCheckpointStore({ container }) },
    topics: new Map([['orders', partitions]]),
    assignors: [cooperativeSticky],
    drainMs: () => 50,
    more: {
      group,
      namespace: 'localhost',
      heartbeatIntervalMs: 400,
      sessionTimeoutMs: EXPIRY_MS,
      foreignExpiryMs: EXPIRY_MS,
      ...more,
    },
  });
  opened.push(member);
  return member;
}

const sizes = (members: readonly SimGroupMember[]) => members.map(({ working }) => working.size);
const moved = (members: readonly SimGroupMember[]) => members.map(({ log }) => log.length);

describe('a group in blob storage', () => {
  it('shares 32 partitions among three members that join one after the other, and repeats nothing', async () => {
    const a = join('a', 'pure', 32);
    await until('the first has all', () => a.working.size === 32);
    await a.commitAll();
    const b = join('b', 'pure', 32);
    await until('two share', () => String(sizes([a, b])) === '16,16', { timeoutMs: 10_000 });
    const c = join('c', 'pure', 32);
    await until(
      'three share',
      () => a.working.size + b.working.size + c.working.size === 32 && c.working.size >= 10,
    );
    const all = [a, b, c].flatMap(({ working }) => [...working.keys()]);
    expect(new Set(all).size).toBe(32);
    expect([a, b, c].flatMap(({ log }) => log.filter((line) => line.startsWith('lost')))).toEqual(
      [],
    );
    for (const { working } of [b, c])
      for (const { claimed } of working.values())
        expect(claimed.position?.offset).toBeGreaterThan(1);
  });

  it('goes on within the lease while the storage answers 503', async () => {
    const [a, b] = [join('a', 'trouble', 4), join('b', 'trouble', 4)];
    await until('both share', () => String(sizes([a, b])) === '2,2');
    const before = moved([a, b]);
    proxy.change = (_, answer) => {
      answer.status = 503;
    };
    await until('both are in trouble', () => a.errors.length > 0 && b.errors.length > 0);
    const [failure] = await a.commitAll();
    expect(failure?.error).toMatchObject({ code: 'UNAVAILABLE', retriable: true });
    proxy.change = () => {};
    await until('commits work again', async () => (await a.commitAll()).length === 0);
    expect(moved([a, b])).toEqual(before);
    expect(sizes([a, b])).toEqual([2, 2]);
  });

  it('shares a group with a processor of the official SDK, evenly and without a fight', async () => {
    const reading = joinOfficial('mixed');
    await until('the official processor has all', () => reading.size === 8);
    const ours = join('ours', 'mixed', 8);
    await until(
      'both have half',
      async () => ours.working.size === 4 && (await ownedBy('official')) === 4,
    );
    expect([...ours.working.values()].every(({ claimed }) => claimed.ownerLevel === 0)).toBe(true);
    const before = moved([ours]);
    await until('both have renewed for longer than an expiry', later(EXPIRY_MS * 1.2));
    expect(moved([ours])).toEqual(before);
    expect(await ownedBy('official')).toBe(4);
    expect(ours.working.size).toBe(4);
  });

  it('lets an official processor in that comes later, without losing more than its share', async () => {
    const ours = join('ours', 'later', 8, { officialProcessors: 'expected' });
    await until('we have all', () => ours.working.size === 8);
    const reading = joinOfficial('later');
    await until('both have half', () => ours.working.size === 4 && reading.size === 4);
    const before = moved([ours]);
    await until('both have renewed for a while', later(EXPIRY_MS / 2));
    expect(moved([ours])).toEqual(before);
    expect([ours.working.size, reading.size]).toEqual([4, 4]);
  });

  it.skipIf(noPython !== undefined)(
    'shares a group with a processor of the Python SDK, and gives everything back when it leaves',
    async () => {
      const { host } = new URL(/Endpoint=([^;]+)/.exec(emulator.connectionString)?.[1] ?? '');
      await using python = new PythonProcessor(
        ...[emulator.connectionString, 'orders', 'python'],
        ...[storage.connectionString, 'checkpoints', String(EXPIRY_MS / 1000)],
      );
      await until('the Python processor has all', () => python.size === 8);
      // Unlike the others, this SDK takes the emulator's port for a part of the namespace.
      const ours = join('ours', 'python', 8, { namespace: host });
      await until('both have half', () => ours.working.size === 4 && python.size === 4);
      const before = moved([ours]);
      await until('both have renewed for a while', later(EXPIRY_MS / 2));
      expect(moved([ours])).toEqual(before);
      expect([ours.working.size, python.size]).toEqual([4, 4]);
      await ours.leave();
      await until('the Python processor has all again', () => python.size === 8);
    },
  );
});

/** Receivers of a processor of the official SDK. A new one of a partition may begin before the old one ends. */
function joinOfficial(group: string): { readonly size: number } {
  const reading = { size: 0 };
  const client = new EventHubConsumerClient(
    group,
    emulator.connectionString,
    'orders',
    new OfficialStore(container),
    {
      identifier: 'official',
      loadBalancingOptions: {
        strategy: 'greedy',
        updateIntervalInMs: 400,
        partitionOwnershipExpirationIntervalInMs: EXPIRY_MS,
      },
    },
  );
  official.push(client);
  client.subscribe({
    processInitialize: async () => {
      reading.size++;
    },
    processClose: async () => {
      reading.size--;
    },
    processEvents: async () => {},
    processError: async () => {},
  });
  return reading;
}

function later(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() > end;
}

async function ownedBy(owner: string): Promise<number> {
  const records = await new OfficialStore(container).listOwnership('localhost', 'orders', 'mixed');
  return records.filter(({ ownerId }) => ownerId === owner).length;
}
