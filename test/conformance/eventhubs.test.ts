import { afterAll, vi } from 'vitest';
import { eventHubs, memoryCheckpointStore } from '../../src/backends/eventhubs/index.ts';
import { startEmulator } from '../../src/emulator/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { conformance } from '../support/conformance.ts';
import { expireMember } from '../support/expire-member.ts';
import { realTarget } from '../support/real-target.ts';

// Sessions and time-outs of the client run in real time.
vi.setConfig({ testTimeout: 60_000 });

const emulator = await startEmulator({ hubs: ['unused:1'] });
afterAll(() => emulator.close());

const checkpoints = memoryCheckpointStore(realClock);
const topics: string[] = [];

conformance({
  ...realTarget(
    eventHubs({
      connectionString: emulator.connectionString,
      checkpoints,
    }),
  ),
  timing: { sessionTimeoutMs: 1_000, heartbeatIntervalMs: 100, rebalanceTimeoutMs: 10_000 },
  createTopic: async (name, partitions) => {
    topics.push(name);
    emulator.addHub({ name, partitions, consumerGroups: 'any' });
  },
  expire: (clientId, group) =>
    expireMember(checkpoints, { namespace: 'localhost', group }, topics, clientId),
});
