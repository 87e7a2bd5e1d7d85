import { setTimeout as wait } from 'node:timers/promises';
import { partita, silentLogger, stopPartition } from 'partita';
import { eventHubs, memoryCheckpointStore } from 'partita/eventhubs';
import { broker } from 'partita/testing';
import { describe, it } from 'vitest';
import { until } from '../support/until.ts';

describe('A partition of Event Hubs that `open` moves elsewhere', () => {
  // A subscription that was closed while its connection was made left the connection deaf: partitions were read no more.
  it('is read from there, whatever the connection has come to meanwhile', async () => {
    await using local = await broker({
      topics: [{ name: 'orders', partitions: 4 }],
      eventHubs: true,
    });
    const { connectionString } = local.eventHubs;
    const backend = eventHubs({ connectionString, checkpoints: memoryCheckpointStore(Date) });
    const rounds = [30, 40, 50, 60, 80];
    for (const [round, lookupMs] of rounds.entries()) {
      let handled = 0;
      const app = partita({ backend, logger: silentLogger }).consume('orders', {
        group: `billing-${round}`,
        onError: stopPartition(),
        async open(partition) {
          await wait(lookupMs); // a look into a database
          await app.consumers[0]?.seek(partition, { offset: round });
        },
        handle() {
          handled++;
        },
      });
      await using _running = app;
      await app.start();
      const records = [0, 1, 2, 3].map((partition) => ({ partition, value: 'x' }));
      await app.producer().send('orders', records);
      await until(`round ${round}: the four records are handled`, () => handled === 4);
    }
  });
});
