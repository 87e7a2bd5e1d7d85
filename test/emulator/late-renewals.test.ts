import { EventHubProducerClient } from '@azure/event-hubs';
import { broker } from 'partita/testing';
import { expect, it } from 'vitest';
import { stopLateRenewals } from '../../src/backends/eventhubs/sdk/late-renewals.ts';

interface Inside {
  readonly _context: { readonly managementSession: { authLoop?: { readonly isRunning: boolean } } };
}

const isRenewing = (client: object): boolean =>
  (client as Inside)._context.managementSession.authLoop?.isRunning ?? false;

// It had a timer of 45 minutes, and the process of an application that was stopped early did not end before.
it('a client that is closed while it opens its link for questions renews no token afterwards', async () => {
  await using local = await broker({ topics: ['orders'], eventHubs: true });
  const { connectionString } = local.eventHubs;
  const made = () => {
    const client = new EventHubProducerClient(connectionString, 'orders');
    stopLateRenewals(client);
    return client;
  };

  const quiet = made();
  await quiet.getPartitionIds();
  expect(isRenewing(quiet)).toBe(true);
  await quiet.close();
  expect(isRenewing(quiet)).toBe(false);

  for (let turns = 0; turns < 60; turns += 3) {
    const hasty = made();
    const asking = new AbortController();
    const { signal: abortSignal } = asking;
    const asked = hasty.getPartitionIds({ abortSignal }).catch(() => undefined);
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    await hasty.close();
    asking.abort();
    await asked;
    expect(isRenewing(hasty), `closed after ${turns} turns`).toBe(false);
  }
});
