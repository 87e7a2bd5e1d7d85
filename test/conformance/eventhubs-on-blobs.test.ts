import { ContainerClient } from '@azure/storage-blob';
import { afterAll, vi } from 'vitest';
import { blobCheckpoints, eventHubs } from '../../src/backends/eventhubs/index.ts';
import { startEmulator, startStorage } from '../../src/emulator/index.ts';
import { conformance } from '../support/conformance.ts';
import { expireMember } from '../support/expire-member.ts';
import { kafkaPowers } from '../support/kafka-powers.ts';
import { realTarget } from '../support/real-target.ts';

// Blobs have times in whole seconds, so a dead member is noticed that much later.
vi.setConfig({ testTimeout: 60_000 });

const storage = await startStorage();
const emulator = await startEmulator({ hubs: ['unused:1'], kafkaPort: 0 });
afterAll(async () => {
  await emulator.close();
  await storage.close();
});
const container = 'conformance';
const { connectionString } = storage;
await new ContainerClient(connectionString, container).create();

const checkpoints = blobCheckpoints({ connectionString, container });
const topics: string[] = [];
// What the service does in the portal and by retention: over the emulator's other protocol.
const { addPartitions, deleteRecordsBefore } = kafkaPowers([emulator.kafkaBootstrap ?? '']);

conformance({
  ...realTarget(
    eventHubs({
      connectionString: emulator.connectionString,
      checkpoints,
      partitionRefreshMs: 500,
    }),
  ),
  createTopic: async (name, partitions) => {
    topics.push(name);
    emulator.addHub({ name, partitions, consumerGroups: 'any' });
  },
  addPartitions,
  deleteRecordsBefore,
  expire: (clientId, group) =>
    expireMember(checkpoints, { namespace: 'localhost', group }, topics, clientId),
});
