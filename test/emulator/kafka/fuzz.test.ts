import { expect, it } from 'vitest';
import { fuzzKafka } from '../../support/kafka-fuzz/fuzz.ts';

// `npm run fuzz:kafka -- --requests 1000000` sends more of them, and watches the memory, too.
it('damaged requests of every kind crash nothing, leave nothing behind and trouble no other client', async () => {
  const { outcomes, defects, healthyChecks, left } = await fuzzKafka({ requests: 3_000, seed: 1 });
  expect(defects).toEqual([]);
  // How many get no answer in time is the machine's business.
  for (const outcome of ['connection closed', 'error answer', 'valid answer'] as const)
    expect(outcomes.get(outcome), outcome).toBeGreaterThan(10);
  expect(healthyChecks).toBe(3);
  expect(left).toMatchObject({ connections: 0, timers: 0, groups: 0 });
});

it('damaged requests before a client has said who it is do no harm either', async () => {
  const report = await fuzzKafka({ requests: 1_000, seed: 1, guarded: true });
  expect(report.defects).toEqual([]);
  expect(report.outcomes.get('error answer') ?? 0).toBeLessThan(500);
  expect(report.healthyChecks).toBe(3);
  expect(report.left).toMatchObject({ connections: 0, timers: 0, groups: 0 });
});
