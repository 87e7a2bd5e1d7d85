import { memory } from '../../src/backends/memory/index.ts';
import { conformance } from '../support/conformance.ts';
import { realTarget } from '../support/real-target.ts';

// The suite on the clock that real brokers run on, with the memory backend as the one whose answers are known.
conformance({
  ...realTarget(memory()),
  timing: { sessionTimeoutMs: 1_000, heartbeatIntervalMs: 100, rebalanceTimeoutMs: 10_000 },
});
