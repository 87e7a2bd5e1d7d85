import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { type Emulator, startEmulator } from 'partita/emulator';
import { VirtualClock } from 'partita/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../support/event-hubs/read-events.ts';
import { until } from '../support/until.ts';

let emulator: Emulator;
let clock: VirtualClock;
let producer: EventHubProducerClient;
const clients: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  clock = new VirtualClock({ startMs: Date.now() });
  emulator = await startEmulator({ hubs: ['orders:2', 'bills:1'], controlPort: 0, clock });
  producer = producerOf('orders', 3);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await emulator.close();
});

function producerOf(hub: string, maxRetries: number): EventHubProducerClient {
  const client = new EventHubProducerClient(emulator.connectionString, hub, {
    retryOptions: { maxRetries, retryDelayInMs: 20, timeoutInMs: 1_500 },
  });
  clients.push(client);
  return client;
}

const send = (body: unknown, from = producer) => from.sendBatch([{ body }], { partitionId: '0' });
const connections = () => emulator.state.connections;
const stored = () => (emulator.state.hubs[0]?.partitions[0]?.lastSequenceNumber ?? -1) + 1;

function consumer(ownerLevel?: number) {
  const client = new EventHubConsumerClient('$Default', emulator.connectionString, 'orders', {
    retryOptions: { maxRetries: 3, retryDelayInMs: 20 },
  });
  clients.push(client);
  const errors: Error[] = [];
  const received: unknown[] = [];
  client.subscribe(
    '0',
    {
      async processEvents(events) {
        received.push(...events.map(({ body }) => body));
      },
      async processError(error) {
        errors.push(error);
      },
    },
    {
      startPosition: { sequenceNumber: 0, isInclusive: true },
      maxWaitTimeInSeconds: 1,
      ...(ownerLevel !== undefined && { ownerLevel }),
    },
  );
  return { errors, received };
}

const connected = () =>
  until(
    'the consumer is there',
    () => emulator.state.hubs[0]?.partitions[0]?.consumers.length === 1,
  );

interface Answer {
  readonly hit?: number;
  readonly error?: string;
  readonly hubs?: readonly object[];
}

const control = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${emulator.controlUrl}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Answer;
  return { status: response.status, body: answer };
};

describe('from code', () => {
  it('drops connections, and clients come back', async () => {
    await send(1);
    const { received } = consumer();
    await until('the first event', () => received.length === 1);
    expect(emulator.faults.dropConnections({ group: '$Default' })).toBe(1);
    await send(2);
    await until('the second event', () => received.length === 2);
    expect(emulator.faults.dropConnections()).toBeGreaterThan(0);
    await send(3);
    await until('the third event', () => received.length === 3);
    expect(received).toEqual([1, 2, 3]);
  });

  it('detaches the links asked for, with the condition asked for', async () => {
    await send(1);
    const { errors, received } = consumer();
    await until('the first event', () => received.length === 1);
    const before = connections();
    expect(emulator.faults.detachLinks({ role: 'consumer', partition: '1' })).toBe(0);
    expect(
      emulator.faults.detachLinks({ role: 'consumer', condition: 'amqp:unauthorized-access' }),
    ).toBe(1);
    await send(2);
    await until('the second event', () => received.length === 2);
    expect(connections()).toBe(before);
    expect(errors).toEqual([]);
  });

  it('holds sends back until the time is over', async () => {
    await send(1);
    emulator.faults.delay({ hub: 'orders', on: 'send', delayMs: 1000, times: 1 });
    let isSent = false;
    const sending = send(2).then(() => {
      isSent = true;
    });
    await until('the delay runs', () => clock.pending > 0);
    expect([isSent, stored()]).toEqual([false, 1]);
    await clock.advance(1000);
    await sending;
    await send(3);
    expect(stored()).toBe(3);
  });

  it('holds deliveries back until the time is over', async () => {
    const { received } = consumer();
    await connected();
    emulator.faults.delay({ on: 'receive', delayMs: 1000, times: 1 });
    await send(1);
    await until('the delay runs', () => clock.pending > 0);
    expect(received).toEqual([]);
    await clock.advance(1000);
    await until('the event', () => received.length === 1);
  });

  it('throttles as the service does: clients retry until it is over', async () => {
    emulator.faults.throttle({ hub: 'orders', partition: '0', times: 2 });
    await send(1);
    expect(stored()).toBe(1);
    emulator.faults.throttle({ hub: 'orders', forMs: 1000 });
    await expect(send(2, producerOf('orders', 0))).rejects.toMatchObject({
      code: 'ServerBusyError',
    });
    await clock.advance(1000);
    await send(2);
    expect(stored()).toBe(2);
  });

  it('steals a partition, and keeps it when asked to', async () => {
    const first = consumer(3);
    await connected();
    expect(emulator.faults.steal({ hub: 'orders', partition: '0', ownerLevel: 2 })).toBe(0);
    expect(emulator.faults.steal({ hub: 'orders', partition: '0', hold: true })).toBe(1);
    await until('the owner is told', () => first.errors.length > 0);
    expect(first.errors[0]).toMatchObject({ code: 'ReceiverDisconnectedError' });
    const second = consumer(3);
    await until('the next is refused', () => second.errors.length > 0);
    emulator.faults.clear();
    const third = consumer(4);
    await connected();
    expect(third.errors).toEqual([]);
  });

  it('says which hub or partition there is not', () => {
    const { faults } = emulator;
    expect(() => faults.steal({ hub: 'order', partition: '0' })).toThrow(/no hub 'order'/);
    expect(() => faults.steal({ hub: 'orders', partition: '2' })).toThrow(/no partition '2'/);
  });

  it('refuses one hub and leaves the others alone', async () => {
    await send(1);
    expect(emulator.faults.refuseHub('orders')).toBe(1);
    await expect(send(2, producerOf('orders', 0))).rejects.toMatchObject({
      code: 'MessagingEntityDisabledError',
    });
    await send('bill', producerOf('bills', 0));
    emulator.faults.allowHub('orders');
    await send(2);
    expect(stored()).toBe(2);
  });
});

describe('over HTTP', () => {
  it('tells health and state', async () => {
    await send(1);
    expect(await control('GET', '/health')).toEqual({ status: 200, body: { status: 'healthy' } });
    const { body } = await control('GET', '/state');
    expect(body.hubs?.[0]).toMatchObject({
      name: 'orders',
      partitions: [{ lastSequenceNumber: 0 }, {}],
    });
  });

  it('drops, detaches, steals and refuses, and says how much was hit', async () => {
    await send(1);
    consumer(1);
    await connected();
    const steal = await control('POST', '/faults/steal', { hub: 'orders', partition: '0' });
    const detach = await control('POST', '/faults/detach', { role: 'producer' });
    const refuse = await control('POST', '/faults/refuse-hub', { hub: 'bills' });
    const allow = await control('POST', '/faults/allow-hub', { hub: 'bills' });
    const drop = await control('POST', '/faults/drop', {});
    expect([steal, detach, refuse, allow].map(({ body }) => body.hit)).toEqual([1, 1, 0, 0]);
    expect(drop.body.hit).toBeGreaterThan(0);
  });

  it('throttles and delays until cleared', async () => {
    await control('POST', '/faults/throttle', { hub: 'orders' });
    const once = producerOf('orders', 0);
    await expect(send(1, once)).rejects.toMatchObject({ code: 'ServerBusyError' });
    await control('DELETE', '/faults');
    await send(1, once);
    await control('POST', '/faults/delay', { delayMs: 60_000, on: 'receive' });
    await control('DELETE', '/faults');
    const events = await readEvents(emulator.connectionString, { hub: 'orders', count: 1 });
    expect(events).toHaveLength(1);
  });

  it('says what is wrong with a request', async () => {
    const wrong = await control('POST', '/faults/delay', { on: 'sleep', hubs: 'orders' });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'INVALID_CONFIG' } });
    expect(wrong.body.error).toMatch(/delayMs is missing; on must be one of.*; hubs is unknown/);
    expect(await control('POST', '/faults/earthquake', {})).toMatchObject({ status: 404 });
    const response = await fetch(`${emulator.controlUrl}/faults/drop`, {
      method: 'POST',
      body: '{',
    });
    expect(response.status).toBe(400);
  });
});
