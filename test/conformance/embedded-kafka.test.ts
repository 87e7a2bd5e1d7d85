import { afterAll, vi } from 'vitest';
import { kafka } from '../../src/backends/kafka/index.ts';
import { kafkaBroker } from '../../src/emulator/kafka/index.ts';
import { conformance } from '../support/conformance.ts';
import { kafkaPowers } from '../support/kafka-powers.ts';
import { realTarget } from '../support/real-target.ts';

// Sessions and time-outs of the client run in real time.
vi.setConfig({ testTimeout: 60_000 });

// Leaders and coordinators lie on different brokers; embedded-kafka-eventhubs has one that is all.
const broker = await kafkaBroker({ brokers: 3 });
afterAll(() => broker.close());

const bootstrap = broker.bootstrapServers;
// New topics and partitions are found when metadata is looked at again.
const definition = kafka({ brokers: bootstrap, metadataMaxAgeMs: 200 });
conformance({
  ...realTarget(definition),
  ...kafkaPowers(bootstrap),
  timing: { sessionTimeoutMs: 1_000, heartbeatIntervalMs: 100, rebalanceTimeoutMs: 10_000 },
});
