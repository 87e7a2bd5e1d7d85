import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventHubs, memoryCheckpointStore } from '../../src/backends/eventhubs/index.ts';
import { kafka } from '../../src/backends/kafka/index.ts';
import {
  type BackendDefinition,
  deadLetter,
  defineMiddleware,
  json,
  partita,
  silentLogger,
} from '../../src/index.ts';
import { gzip, timeout, validate } from '../../src/middleware/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { broker, headersOf, type TestBroker } from '../../src/testing/index.ts';

const Order = z.object({ id: z.string(), note: z.string() });
const long = 'the same again '.repeat(1_000);

const backends: Record<string, (local: TestBroker) => BackendDefinition> = {
  'the Kafka protocol': (local) => kafka(local.kafka.partita),
  'AMQP of Event Hubs': (local) =>
    eventHubs({
      connectionString: local.eventHubs.connectionString,
      checkpoints: memoryCheckpointStore(realClock),
    }),
};

describe.for(Object.entries(backends))('middleware over %s', ([, backendOf]) => {
  it('compresses and checks what is written, and what is read, as it does in memory', async () => {
    await using local = await broker({ topics: ['orders', 'dead'], eventHubs: true });
    const seen: unknown[] = [];
    const stored: unknown[] = [];
    const peek = defineMiddleware({
      name: 'peek',
      handle(call, next) {
        stored.push(call.records.map((record) => headersOf(record)['content-encoding'] ?? null));
        return next();
      },
    });
    await using app = partita({
      backend: backendOf(local),
      logger: silentLogger,
      middleware: [peek, gzip(), validate({ orders: Order })],
    });
    const both = Promise.withResolvers<void>();
    app.on(({ kind }) => {
      if (kind === 'deadLettered') both.resolve();
    });
    app.consume('orders', {
      group: 'billing',
      middleware: [timeout(10_000)],
      value: json(Order),
      onError: deadLetter('dead'),
      handle: (order, { record }) => seen.push(order, headersOf(record)),
    });
    await app.start();
    const producer = app.producer();
    await expect(producer.send('orders', { value: '{}' })).rejects.toMatchObject({
      code: 'DECODE_FAILED',
    });
    const order = { id: 'a', note: long };
    await producer.send('orders', { value: JSON.stringify(order), headers: { source: 'test' } });
    // Somebody who does not check, and writes what does not fit.
    await using other = partita({ backend: backendOf(local), logger: silentLogger });
    await other.producer().send('orders', { value: '{"id":1}' });
    await both.promise;
    expect(seen).toEqual([order, { source: 'test' }]);
    expect(stored.flat()).toEqual(['gzip', null]);
  });
});
