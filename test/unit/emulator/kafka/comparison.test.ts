import { describe, expect, it } from 'vitest';
import { kafkaBroker } from '../../../../src/emulator/kafka/index.ts';
import { declared, deviations } from '../../../support/comparison/compare.ts';
import { differences } from '../../../support/comparison/differences.ts';
import { playAll } from '../../../support/comparison/play-all.ts';
import { recorded } from '../../../support/comparison/recorded.ts';
import { areas, areasOfAutoCreation } from '../../../support/comparison/scenarios/index.ts';

async function played(all: typeof areas, autoCreateTopics: boolean) {
  // As the real brokers of our tests are set up: see test/support/kafka-settings.ts.
  await using broker = await kafkaBroker({
    autoCreateTopics,
    minSessionTimeoutMs: 1_000,
    consumerHeartbeatIntervalMs: 5_000,
    consumerAssignmentIntervalMs: 1_000,
  });
  return await playAll(broker.bootstrap, all);
}

const everything = { ...areas, ...areasOfAutoCreation };
const answers = { ...(await played(areas, false)), ...(await played(areasOfAutoCreation, true)) };

const found = Object.entries(everything).flatMap(([area, scenarios]) => {
  const kafka = recorded(area);
  return scenarios.flatMap(({ name }) =>
    deviations(name, kafka[name] ?? [], answers[area]?.[name] ?? []),
  );
});

describe("the embedded broker's answers", () => {
  for (const [area, scenarios] of Object.entries(everything))
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
