import { afterAll, vi } from 'vitest';
import { eventHubs, memoryCheckpointStore } from '../../src/backends/eventhubs/index.ts';
import { startEmulator } from '../../src/emulator/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { conformance } from '../support/conformance.ts';
import { expireMember } from '../support/expire-member.ts';
import { kafkaPowers } from '../support/kafka-powers.ts';
import { realTarget } from '../support/real-target.ts';

// Sessions and time-outs of the client run in real time.
vi.setConfig({ testTimeout: 60_000 });

const emulator = await startEmulator({ hubs: ['unused:1'], kafkaPort: 0 });
afterAll(() => emulator.close());

const checkpoints = memoryCheckpointStore(realClock);
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
  timing: { sessionTimeoutMs: 1_000, heartbeatIntervalMs: 100, rebalanceTimeoutMs: 10_000 },
  createTopic: async (name, partitions) => {
    topics.push(name);
    emulator.addHub({ name, partitions, consumerGroups: 'any' });
  },
  addPartitions,
  deleteRecordsBefore,
  expire: (clientId, group) =>
    expireMember(checkpoints, { namespace: 'localhost', group }, topics, clientId),
});
