import { assignorByName } from '../../src/assignors/index.ts';
import type { BackendDefinition } from '../../src/core/index.ts';
import { silentLogger } from '../../src/core/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import type { ConformanceTarget } from '../../src/testing/conformance/index.ts';
import { until } from './until.ts';

/** A backend under the conformance suite in real time: conditions are looked at every few milliseconds. */
export function realTarget(definition: BackendDefinition): ConformanceTarget {
  return {
    definition,
    system: {
      clock: realClock,
      random: Math.random,
      logger: silentLogger,
      assignorByName,
      onTerminate: () => () => {},
    },
    until: (what, condition) => until(what, condition, { timeoutMs: 45_000, everyMs: 10 }),
    timing: { sessionTimeoutMs: 3_000, heartbeatIntervalMs: 300, rebalanceTimeoutMs: 10_000 },
  };
}
