import { afterAll, describe, expect, it } from 'vitest';
import { kafkaBroker } from '../../../../src/emulator/kafka/index.ts';
import { declared, deviations } from '../../../support/comparison/compare.ts';
import { differences } from '../../../support/comparison/differences.ts';
import { playAll } from '../../../support/comparison/play-all.ts';
import { recorded } from '../../../support/comparison/recorded.ts';
import { areas } from '../../../support/comparison/scenarios/index.ts';

// As the real brokers of our tests are set up: see test/support/kafka-settings.ts.
const broker = await kafkaBroker({
  minSessionTimeoutMs: 1_000,
  autoCreateTopics: false,
  consumerHeartbeatIntervalMs: 5_000,
  consumerAssignmentIntervalMs: 1_000,
});
afterAll(() => broker.close());
const played = await playAll(broker.bootstrap);

const found = Object.entries(areas).flatMap(([area, scenarios]) => {
  const kafka = recorded(area);
  return scenarios.flatMap(({ name }) =>
    deviations(name, kafka[name] ?? [], played[area]?.[name] ?? []),
  );
});

describe("the embedded broker's answers", () => {
  for (const [area, scenarios] of Object.entries(areas))
    it.each(scenarios.map(({ name }) => name))(`${area}: %s, as recorded from Kafka`, (name) => {
      const undeclared = found.filter(
        (deviation) => deviation.scenario === name && declared(deviation) === undefined,
      );
      expect(recorded(area)[name], 'nothing was recorded').toBeDefined();
      expect(undeclared).toEqual([]);
    });

  it.each(differences.map(({ reason }) => reason))(
    'differ as the documentation says: %s',
    (reason) => {
      expect(found.some((deviation) => declared(deviation)?.reason === reason)).toBe(true);
    },
  );
});
