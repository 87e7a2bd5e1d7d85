import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { expect, it } from 'vitest';
import { CreditWindow } from '../../../src/backends/eventhubs/receive/credit-window.ts';
import {
  type AmqpLink,
  watchConnections,
} from '../../../src/backends/eventhubs/sdk/connection-watch.ts';
import { startEmulator } from '../../../src/emulator/index.ts';
import { until } from '../../support/until.ts';

const PREFETCH = 30;

/** Most credit that a receiver had open while events came one by one. */
async function mostCredit(isLimited: boolean): Promise<number> {
  await using emulator = await startEmulator({ hubs: ['orders:1'] });
  const consumer = new EventHubConsumerClient('$Default', emulator.connectionString, 'orders');
  const producer = new EventHubProducerClient(emulator.connectionString, 'orders');
  let most = 0;
  let received = 0;
  const window = new CreditWindow(() => PREFETCH);
  watchConnections(consumer, (connection) => {
    const create = connection.createReceiver?.bind(connection);
    connection.createReceiver = async (options) => {
      const link = (await create?.(options)) as AmqpLink;
      const add = link.addCredit.bind(link);
      link.addCredit = (credit) => {
        add(credit);
        most = Math.max(most, link.credit);
      };
      return link;
    };
    if (isLimited) window.hold(connection);
  });
  const subscription = consumer.subscribe(
    '0',
    {
      processEvents: async (events) => {
        received += events.length;
        window.handedOn('0', events.length);
      },
      processError: async (error) => expect.unreachable(error.message),
    },
    { maxBatchSize: 10, prefetchCount: PREFETCH, startPosition: { offset: '-1' } },
  );
  for (let sent = 1; sent <= 10; sent++) {
    await producer.sendBatch([{ body: sent }]);
    await until(`event ${sent}`, () => received === sent);
  }
  await subscription.close();
  await Promise.all([consumer.close(), producer.close()]);
  return most;
}

it('holds the credit of a receiver to its window, though each event comes alone', async () => {
  expect(await mostCredit(true)).toBeLessThanOrEqual(PREFETCH);
});

it('is needed: the client library by itself opens more and more', async () => {
  expect(await mostCredit(false)).toBeGreaterThan(5 * PREFETCH);
});
