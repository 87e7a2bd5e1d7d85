import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { type Emulator, startEmulator } from 'partita/emulator';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { quickRetries } from '../support/event-hubs/read-events.ts';
import { until } from '../support/until.ts';

let emulator: Emulator;
const clients: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  emulator = await startEmulator({ hubs: ['orders:1'] });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await emulator.close();
});

/** A receiver that tells the errors it gets. */
function receiver(ownerLevel?: number) {
  const client = new EventHubConsumerClient(
    '$Default',
    emulator.connectionString,
    'orders',
    quickRetries,
  );
  clients.push(client);
  const errors: { code?: string; message: string }[] = [];
  const received: unknown[] = [];
  const subscription = client.subscribe(
    '0',
    {
      async processEvents(events) {
        received.push(...events.map(({ body }) => body));
      },
      async processError(error) {
        errors.push(error);
        await subscription.close();
      },
    },
    { ...(ownerLevel !== undefined && { ownerLevel }), maxWaitTimeInSeconds: 1 },
  );
  return { errors, received };
}

const levels = () =>
  emulator.state.hubs[0]?.partitions[0]?.consumers.map(({ ownerLevel }) => ownerLevel);
const connected = (...expected: (number | undefined)[]) =>
  until(`receivers ${expected}`, () => JSON.stringify(levels()) === JSON.stringify(expected));

it('a receiver of the same or a higher owner level takes the partition over', async () => {
  const first = receiver(1);
  await connected(1);
  const second = receiver(1);
  await until('the first is told', () => first.errors.length > 0);
  expect(first.errors[0]).toMatchObject({ code: 'ReceiverDisconnectedError' });
  const third = receiver(2);
  await until('the second is told', () => second.errors.length > 0);
  await connected(2);

  const producer = new EventHubProducerClient(emulator.connectionString, 'orders');
  clients.push(producer);
  await producer.sendBatch([{ body: 'new' }]);
  await until('the third gets it', () => third.received.length === 1);
  expect([first.received, second.received]).toEqual([[], []]);
});

it('a receiver of a lower owner level, or of none, is refused', async () => {
  receiver(5);
  await connected(5);
  for (const late of [receiver(4), receiver()]) {
    await until('it is told', () => late.errors.length > 0);
    expect(late.errors[0]).toMatchObject({ code: 'ReceiverDisconnectedError' });
  }
  expect(levels()).toEqual([5]);
});

it('five receivers without owner level may share a partition, a sixth is refused', async () => {
  const five = Array.from({ length: 5 }, () => receiver());
  await until('five are there', () => levels()?.length === 5);
  const sixth = receiver();
  await until('the sixth is told', () => sixth.errors.length > 0);
  expect(sixth.errors[0]).toMatchObject({ code: 'QuotaExceededError' });
  expect(five.flatMap(({ errors }) => errors)).toEqual([]);
});
