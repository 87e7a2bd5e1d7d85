import {
  EventHubBufferedProducerClient,
  EventHubConsumerClient,
  EventHubProducerClient,
  earliestEventPosition,
  latestEventPosition,
} from '@azure/event-hubs';
import { type Emulator, startEmulator } from 'partita/emulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventHubsPartition } from '../../src/partitioners/index.ts';
import { quickRetries, readEvents } from '../support/event-hubs/read-events.ts';
import { until } from '../support/until.ts';

let emulator: Emulator;
let hub: string;
let producer: EventHubProducerClient;
let hubs = 0;

beforeAll(async () => {
  emulator = await startEmulator({ hubs: ['first'] });
});
afterAll(() => emulator.close());
beforeEach(() => {
  hub = `hub-${hubs++}`;
  emulator.addHub(`${hub}:4:billing`);
  producer = new EventHubProducerClient(emulator.connectionString, hub, quickRetries);
});
afterEach(() => producer.close());

const bodies = (events: readonly { body: unknown }[]) => events.map(({ body }) => body);
const send = (count: number, first = 0, partitionId = '0') =>
  producer.sendBatch(
    Array.from({ length: count }, (_, i) => ({ body: first + i })),
    { partitionId },
  );
const read = (options: Partial<Parameters<typeof readEvents>[1]> & { count: number }) =>
  readEvents(emulator.connectionString, { hub, ...options });
const partitionOf = (id: string) =>
  emulator.state.hubs.find(({ name }) => name === hub)?.partitions.find((one) => one.id === id);

describe('the JavaScript SDK', () => {
  it('learns the partitions of a hub', async () => {
    const properties = await producer.getEventHubProperties();
    expect(properties).toMatchObject({ name: hub, partitionIds: ['0', '1', '2', '3'] });
  });

  it('learns where a partition begins and ends', async () => {
    const empty = await producer.getPartitionProperties('0');
    await send(3);
    const filled = await producer.getPartitionProperties('0');
    const events = await read({ count: 3 });
    expect(empty).toMatchObject({ isEmpty: true, lastEnqueuedSequenceNumber: -1 });
    expect(filled).toMatchObject({
      isEmpty: false,
      beginningSequenceNumber: 0,
      lastEnqueuedSequenceNumber: 2,
      lastEnqueuedOffset: events[2]?.offset,
      lastEnqueuedOnUtc: events[2]?.enqueuedTimeUtc,
    });
  });

  it('reads an event as it was sent, with all types kept', async () => {
    const sent = {
      body: Buffer.from([0, 1, 255]),
      contentType: 'application/octet-stream',
      correlationId: 'c-1',
      messageId: 42,
      properties: { text: 'ä', whole: 7, half: 0.5, yes: true, none: null },
    };
    await producer.sendBatch([sent], { partitionId: '0' });
    const [event] = await read({ count: 1 });
    const { body, contentType, correlationId, messageId, properties } = event ?? {};
    expect({ body, contentType, correlationId, messageId, properties }).toEqual(sent);
    expect(event).toMatchObject({ sequenceNumber: 0, offset: '0' });
  });

  it('reads bodies of values and sequences as such', async () => {
    await producer.sendBatch(
      [
        { bodyType: 'value', body: { a: [1, 'two'] } },
        { bodyType: 'sequence', body: [[1], [2]] },
      ],
      { partitionId: '0' },
    );
    const events = await read({ count: 2 });
    expect(events.map((event) => event.getRawAmqpMessage().bodyType)).toEqual([
      'value',
      'sequence',
    ]);
    expect(bodies(events)).toEqual([{ a: [1, 'two'] }, [[1], [2]]]);
  });

  it('gets events of a key from the partition that the service would choose', async () => {
    const keys = ['7', '131', 'FWfAT', 'sOdeEAsyQoEuEFPGerWO', 'größe'];
    for (const partitionKey of keys) {
      await producer.sendBatch([{ body: partitionKey }], { partitionKey });
      const partition = String(eventHubsPartition(Buffer.from(partitionKey), 4));
      const found = await read({
        partition,
        count: (partitionOf(partition)?.lastSequenceNumber ?? -1) + 1,
      });
      expect(found.at(-1)).toMatchObject({ body: partitionKey, partitionKey });
    }
  });

  it('spreads batches without key over the partitions in turn, each batch whole', async () => {
    for (let i = 0; i < 4; i++) await producer.sendBatch([{ body: 1 }, { body: 2 }]);
    const ends = ['0', '1', '2', '3'].map((id) => partitionOf(id)?.lastSequenceNumber);
    expect(ends).toEqual([1, 1, 1, 1]);
  });

  it('fills a batch up to the limit of the link', async () => {
    const batch = await producer.createBatch({ partitionId: '0' });
    while (batch.tryAdd({ body: Buffer.alloc(100_000) }));
    expect(batch.maxSizeInBytes).toBe(1024 * 1024);
    await producer.sendBatch(batch);
    expect(partitionOf('0')?.lastSequenceNumber).toBe(batch.count - 1);
  });

  it('is refused a message beyond the limit with the error of the service', async () => {
    const sent = producer.sendBatch([{ body: Buffer.alloc(1024 * 1024) }]);
    await expect(sent).rejects.toMatchObject({ code: 'MessageTooLargeError', retryable: false });
  });

  it('gets many events in order, also with more than the link takes at once', async () => {
    for (let i = 0; i < 20; i++) await send(500, i * 500);
    const events = await read({ count: 10_000, maxBatchSize: 1000, prefetchCount: 3000 });
    expect(bodies(events)).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    expect(events.map((event) => event.sequenceNumber)).toEqual(bodies(events));
  });

  it('sees the end of the partition with each event when it asks for it', async () => {
    await send(3);
    const client = new EventHubConsumerClient('$Default', emulator.connectionString, hub);
    const last = await new Promise((resolve, reject) => {
      client.subscribe(
        '0',
        {
          async processEvents(_events, context) {
            resolve(context.lastEnqueuedEventProperties);
          },
          async processError(error) {
            reject(error);
          },
        },
        { startPosition: earliestEventPosition, trackLastEnqueuedEventProperties: true },
      );
    });
    await client.close();
    expect(last).toMatchObject({ sequenceNumber: 2, retrievedOn: expect.any(Date) });
  });

  it('publishes with idempotence through its buffered producer', async () => {
    const failures: Error[] = [];
    const buffered = new EventHubBufferedProducerClient(emulator.connectionString, hub, {
      enableIdempotentRetries: true,
      maxWaitTimeInMs: 10,
      onSendEventsErrorHandler: ({ error }) => {
        failures.push(error);
      },
    });
    for (let i = 0; i < 50; i++) await buffered.enqueueEvent({ body: i }, { partitionId: '1' });
    await buffered.flush();
    for (let i = 50; i < 100; i++) await buffered.enqueueEvent({ body: i }, { partitionId: '1' });
    await buffered.close();
    expect(failures).toEqual([]);
    const events = await read({ partition: '1', count: 100 });
    expect(bodies(events)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

describe('a start position', () => {
  it.for([
    { isInclusive: true, expected: [2, 3, 4] },
    { isInclusive: false, expected: [3, 4] },
  ])(
    'by offset, by sequence number, with isInclusive $isInclusive',
    async ({ isInclusive, expected }) => {
      await send(5);
      const third = (await read({ count: 5 }))[2];
      const byOffset = { offset: third?.offset ?? '', isInclusive };
      const bySequence = { sequenceNumber: 2, isInclusive };
      for (const startPosition of [byOffset, bySequence]) {
        expect(bodies(await read({ startPosition, count: expected.length }))).toEqual(expected);
      }
    },
  );

  it('by time starts with the first event after it', async () => {
    await send(1);
    const [first] = await read({ count: 1 });
    const enqueuedOn = first?.enqueuedTimeUtc ?? new Date();
    await until('the clock has moved on', () => Date.now() > enqueuedOn.getTime(), { everyMs: 1 });
    await send(1, 1);
    const after = await read({ startPosition: { enqueuedOn }, count: 1 });
    const before = { enqueuedOn: enqueuedOn.getTime() - 1 };
    expect(bodies(after)).toEqual([1]);
    expect(bodies(await read({ startPosition: before, count: 2 }))).toEqual([0, 1]);
  });

  it('at the end sees only what comes later', async () => {
    await send(3);
    const reading = read({ startPosition: latestEventPosition, count: 1 });
    await until('the receiver is there', () => partitionOf('0')?.consumers.length === 1);
    await send(1, 3);
    expect(bodies(await reading)).toEqual([3]);
  });

  it('beyond the end is refused', async () => {
    await send(1);
    const bySequence = read({ startPosition: { sequenceNumber: 7 }, count: 1 });
    await expect(bySequence).rejects.toMatchObject({ code: 'ArgumentError' });
    const byOffset = read({ startPosition: { offset: '4711' }, count: 1 });
    await expect(byOffset).rejects.toThrow(/offset '4711' is invalid/);
  });
});

describe('a client', () => {
  const otherHub = () =>
    new EventHubProducerClient(emulator.connectionString, 'nowhere', quickRetries);

  it('is told that a hub is unknown', async () => {
    const stranger = otherHub();
    await expect(stranger.getEventHubProperties()).rejects.toMatchObject({
      code: 'MessagingEntityNotFoundError',
    });
    await expect(stranger.sendBatch([{ body: 1 }])).rejects.toMatchObject({
      code: 'MessagingEntityNotFoundError',
    });
    await stranger.close();
  });

  it('is told that a consumer group is unknown, and finds a known one in any case', async () => {
    await send(1);
    await expect(read({ group: 'strangers', count: 1 })).rejects.toMatchObject({
      code: 'MessagingEntityNotFoundError',
    });
    expect(bodies(await read({ group: 'BILLING', count: 1 }))).toEqual([0]);
  });

  it('is told that a partition is unknown', async () => {
    const sent = producer.sendBatch([{ body: 1 }], { partitionId: '4' });
    await expect(sent).rejects.toMatchObject({ code: 'ArgumentOutOfRangeError' });
    const asked = producer.getPartitionProperties('4');
    await expect(asked).rejects.toMatchObject({ code: 'ArgumentOutOfRangeError' });
  });

  it('is refused with a wrong key, and with the key of a policy there is not', async () => {
    const wrongKey = emulator.connectionString.replace('SAS_KEY_VALUE', 'SAS_KEY_WRONG');
    const wrongName = emulator.connectionString.replace('RootManage', 'Manage');
    for (const connectionString of [wrongKey, wrongName]) {
      const stranger = new EventHubProducerClient(connectionString, hub, {
        retryOptions: { maxRetries: 0 },
      });
      await expect(stranger.sendBatch([{ body: 1 }])).rejects.toMatchObject({
        code: 'UnauthorizedError',
      });
      await stranger.close();
    }
  });
});
