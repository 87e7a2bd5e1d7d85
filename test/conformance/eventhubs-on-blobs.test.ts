import { ContainerClient } from '@azure/storage-blob';
import { afterAll, vi } from 'vitest';
import { blobCheckpoints, eventHubs } from '../../src/backends/eventhubs/index.ts';
import { startEmulator, startStorage } from '../../src/emulator/index.ts';
import { conformance } from '../support/conformance.ts';
import { realTarget } from '../support/real-target.ts';

// Blobs have times in whole seconds, so a dead member is noticed that much later.
vi.setConfig({ testTimeout: 60_000 });

const storage = await startStorage();
const emulator = await startEmulator({ hubs: ['unused:1'] });
afterAll(async () => {
  await emulator.close();
  await storage.close();
});
const container = 'conformance';
const { connectionString } = storage;
await new ContainerClient(connectionString, container).create();

conformance({
  ...realTarget(
    eventHubs({
      connectionString: emulator.connectionString,
      checkpoints: blobCheckpoints({ connectionString, container }),
    }),
  ),
  createTopic: async (name, partitions) =>
    emulator.addHub({ name, partitions, consumerGroups: 'any' }),
});
