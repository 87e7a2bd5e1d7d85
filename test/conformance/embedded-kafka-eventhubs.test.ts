import { afterAll, vi } from 'vitest';
import { kafka } from '../../src/backends/kafka/index.ts';
import { kafkaBroker } from '../../src/emulator/kafka/index.ts';
import { conformance } from '../support/conformance.ts';
import { realTarget } from '../support/real-target.ts';

vi.setConfig({ testTimeout: 60_000 });

// As the service, but for sessions that are over sooner.
const broker = await kafkaBroker({ preset: 'eventhubs', tls: true, minSessionTimeoutMs: 100 });
afterAll(() => broker.close());

const definition = kafka({
  profile: 'eventhubs-kafka-endpoint',
  brokers: [broker.bootstrap],
  connectionString: broker.connectionString ?? '',
  ssl: { ca: broker.certificate ?? '' },
  metadataMaxAgeMs: 200,
});

// What the versions and limits of the service could spoil; the rest is the same code as on Kafka.
conformance(
  {
    ...realTarget(definition),
    timing: { sessionTimeoutMs: 1_000, heartbeatIntervalMs: 100, rebalanceTimeoutMs: 10_000 },
  },
  ['order', 'positions', 'produce and consume', 'commits and restart', 'rebalance'],
);
