import { EventHubConsumerClient } from '@azure/event-hubs';
import { broker } from 'partita/testing';
import { expect, it } from 'vitest';
import { watchConnections } from '../../src/backends/eventhubs/sdk/connection-watch.ts';
import { keepNobodyForSilence } from '../../src/backends/eventhubs/sdk/idle-timers.ts';

interface Inside {
  readonly _context: {
    readonly connection: {
      open(): Promise<unknown>;
      readonly _connection: { readonly heartbeat_in?: NodeJS.Timeout };
    };
    refreshConnection(): void;
  };
}

// A process whose application was stopped while it connected went on for two minutes.
it('timers that watch a connection for silence keep no process alive, on later connections neither', async () => {
  await using local = await broker({ topics: ['orders'], eventHubs: true });
  const { connectionString } = local.eventHubs;
  const client = new EventHubConsumerClient('$Default', connectionString, 'orders');
  let seen = 0;
  watchConnections(client, () => seen++);
  keepNobodyForSilence(client);
  const { _context: context } = client as unknown as Inside;
  const timer = () => context.connection._connection.heartbeat_in;
  await client.getPartitionIds();
  expect(timer()?.hasRef()).toBe(false);
  context.refreshConnection();
  await context.connection.open();
  expect(timer()?.hasRef()).toBe(false);
  expect(seen).toBe(2);
  await client.close();
});
