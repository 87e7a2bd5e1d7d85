import { cooperativeSticky } from '../../src/assignors/index.ts';
import type { GroupOptions } from '../../src/core/index.ts';

/** What most tests of a group member want; timeouts short enough to wait for. */
export function groupOptions(
  given: Partial<GroupOptions> & Pick<GroupOptions, 'group' | 'subscription'>,
): GroupOptions {
  return {
    assignors: [cooperativeSticky],
    start: 'earliest',
    outOfRange: 'fail',
    sessionTimeoutMs: 6_000,
    heartbeatIntervalMs: 300,
    rebalanceTimeoutMs: 10_000,
    isolation: 'committed',
    fetch: { maxWaitMs: 200, minBytes: 1, maxBytesPerPartition: 1_048_576 },
    ...given,
  };
}
