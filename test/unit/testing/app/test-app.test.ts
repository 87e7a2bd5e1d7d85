import { setTimeout as realWait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventHubs } from '../../../../src/backends/eventhubs/index.ts';
import { kafka } from '../../../../src/backends/kafka/index.ts';
import { sleep } from '../../../../src/core/index.ts';
import {
  type App,
  type ConsumerOptions,
  deadLetter,
  defineMiddleware,
  json,
  PartitaError,
  partita,
  retry,
  stopPartition,
} from '../../../../src/index.ts';
import { jsonOf, records, testApp } from '../../../../src/testing/index.ts';

/** Declared for a Kafka that does not exist. */
function declared(options: Record<string, unknown>, topic: string | RegExp = 'orders'): App {
  const all = { group: 'billing', value: json(), onError: stopPartition(), ...options };
  return partita({ backend: kafka({ brokers: ['nowhere.invalid:9092'] }) }).consume(
    topic as string,
    all as unknown as ConsumerOptions as never,
  );
}

const orders = [
  { key: 'a', value: { id: 'a' } },
  { key: 'b', value: { id: 'b' } },
];

describe('testApp', () => {
  it('runs an application as it was declared, for another backend, until all is handled and committed', async () => {
    const seen: unknown[] = [];
    await using t = await testApp(declared({ handle: (order: unknown) => seen.push(order) }));
    await t.produce('orders', orders);
    await t.produce('orders', { value: { id: 'c' } });
    await t.idle();
    expect(seen).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    expect(t.committed('orders')).toEqual([3]);
    expect(t.handled('billing')).toMatchObject([
      { consumer: 'billing', value: { id: 'a' }, attempt: 1, state: 'done' },
      { value: { id: 'b' }, records: [{ topic: 'orders', partition: 0, offset: 1 }] },
      { value: { id: 'c' } },
    ]);
    expect(t.events.map(({ kind }) => kind)).toContain('committed');
  });

  it('is idle at once when there is nothing to do', async () => {
    await using t = await testApp(declared({ handle: () => {} }));
    const { clock } = t;
    const beforeMs = clock.now();
    await t.idle();
    expect(clock.now()).toBe(beforeMs);
  });

  it('passes the waits of retries in virtual time, and shows dead letters', async () => {
    const onError = retry({ attempts: 3, firstDelayMs: 60_000, maxDelayMs: 60_000 }).otherwise(
      deadLetter('orders.dead'),
    );
    const handle = ({ id }: { id: string }) => {
      if (id === 'a') throw new RangeError('no such customer');
    };
    await using t = await testApp(declared({ onError, handle }));
    await t.produce('orders', orders);
    await t.idle();
    expect(t.handled().map(({ state, attempt }) => `${state} ${attempt}`)).toEqual([
      'failed 1',
      'failed 2',
      'failed 3',
      'done 1',
    ]);
    expect(t.deadLetters()).toMatchObject([
      {
        topic: 'orders',
        partition: 0,
        offset: 0,
        consumer: 'billing',
        attempts: 3,
        error: 'RangeError',
        message: 'no such customer',
      },
    ]);
    expect(t.deadLetters('orders.dead').map(({ record }) => jsonOf(record))).toEqual([{ id: 'a' }]);
    expect(t.deadLetters('orders')).toEqual([]);
    expect(t.committed('orders')).toEqual([2]);
  });

  it('says why it can never be idle: a stopped partition', async () => {
    await using t = await testApp(
      declared({
        handle() {
          throw new Error('broken');
        },
      }),
    );
    await t.produce('orders', orders);
    await expect(t.idle()).rejects.toMatchObject({
      code: 'HANDLER_FAILED',
      message:
        'orders-0 of billing is stopped at offset 0, as its error policy says, and will not go on by itself: broken',
      cause: new Error('broken'),
    });
  });

  it('says why it can never be idle: a pause', async () => {
    await using t = await testApp(declared({ handle: () => {} }));
    await t.produce('orders', orders);
    t.app.consumers[0]?.pause();
    await expect(t.idle()).rejects.toThrow(/orders-0 of billing is paused at offset 0/);
    await t.app.consumers[0]?.resume();
    await t.idle();
  });

  it('waits in real time for handlers, while virtual time stands still', async () => {
    await using t = await testApp(
      declared({ handlerTimeoutMs: 10, handle: () => realWait(30), commit: 'perBatch' }),
    );
    const beforeMs = t.clock.now();
    await t.produce('orders', orders);
    await t.idle();
    expect(t.handled().map(({ state }) => state)).toEqual(['done', 'done']);
    expect(t.clock.now() - beforeMs).toBeLessThan(10);
  });

  it('says which handler waits for virtual time that only advance() moves', async () => {
    const app = declared({
      handlerTimeoutMs: 30_000,
      onError: deadLetter('dead'),
      handle: () => new Promise(() => {}),
    });
    await using t = await testApp(app, { realLimitMs: 20 });
    await t.produce('orders', { value: 1 });
    await expect(t.idle()).rejects.toThrow(
      /handle\(\) of billing did not end within 20 ms of real time.*call advance\(ms\)/,
    );
    await t.advance(30_000);
    expect(t.deadLetters()).toMatchObject([{ error: 'HANDLER_TIMEOUT' }]);
  });

  it('lets time go on for middleware that waits for the clock, not for middleware at work', async () => {
    const waits = defineMiddleware({
      name: 'waits',
      async handle(call, next) {
        await sleep(call.env.clock, 5_000);
        await next();
      },
    });
    const works = defineMiddleware({
      name: 'works',
      async handle(_, next) {
        await realWait(20);
        await next();
      },
    });
    const handle = () => {};
    await using t = await testApp(declared({ middleware: [waits, works], handle }));
    const beforeMs = t.clock.now();
    await t.produce('orders', orders);
    await t.idle();
    const tookMs = t.clock.now() - beforeMs;
    expect(tookMs).toBeGreaterThanOrEqual(10_000);
    expect(tookMs).toBeLessThan(12_000);
  });

  it('sees middleware that forgets to await next(), as the engine does', async () => {
    const careless = defineMiddleware({ name: 'careless', handle: (_, next) => void next() });
    await using t = await testApp(declared({ middleware: [careless], handle: () => {} }));
    await t.produce('orders', orders);
    await expect(t.idle()).rejects.toThrow(/careless: it returned without having awaited next/);
  });

  it('survives a crash: what was not committed is handled again', async () => {
    await using t = await testApp(declared({ commit: 'manual', handle: () => {} }));
    await t.produce('orders', orders);
    await t.idle();
    expect(t.committed('orders')).toEqual([]);
    await t.crash();
    await t.idle();
    expect(t.handled()).toHaveLength(4);
    await t.stop();
    expect(t.committed('orders')).toEqual([2]);
  });

  it('survives a crash in the middle of a handler', async () => {
    let calls = 0;
    await using t = await testApp(
      declared({ handle: () => (++calls === 1 ? new Promise(() => {}) : undefined) }),
    );
    await t.produce('orders', orders);
    await t.until(() => calls === 1);
    await t.crash();
    await t.idle();
    expect(t.handled().map(({ state }) => state)).toEqual(['running', 'done', 'done']);
    expect(t.committed('orders')).toEqual([2]);
  });

  it('hands partitions over to a member that joins and back when it leaves, without repeating anything', async () => {
    await using t = await testApp(declared({ handle: () => {} }), { partitions: 4 });
    await t.produce('orders', records('order', 40));
    await t.idle();
    const member = await t.join();
    expect(member.app.consumers[0]?.status().partitions).toHaveLength(2);
    await t.produce('orders', records('order', 40));
    await t.idle();
    await member.leave();
    expect(t.app.consumers[0]?.status().partitions).toHaveLength(4);
    await t.rebalance();
    await t.idle();
    expect(t.handled()).toHaveLength(80);
    expect(t.committed('orders').reduce((sum: number, n) => sum + (n ?? 0), 0)).toBe(80);
  });

  it('takes partitions over from a member that crashes', async () => {
    await using t = await testApp(declared({ handle: () => {} }), { topics: { orders: 2 } });
    const member = await t.join();
    await member.crash();
    await t.produce('orders', records('order', 10));
    await t.idle();
    expect(t.handled()).toHaveLength(10);
  });

  it('watches batch handlers, several consumers, and what handlers publish', async () => {
    const app = declared({
      batch: { maxRecords: 10, maxWaitMs: 1_000 },
      handleBatch: (list: unknown[], { publish }: never) =>
        (publish as (topic: string, record: unknown) => unknown)('sums', {
          value: `${list.length}`,
        }),
    }).consume('sums', { group: 'audit', onError: stopPartition(), handle: () => {} });
    await using t = await testApp(app);
    await t.produce('orders', orders);
    await t.idle();
    expect(t.handled('billing')).toMatchObject([{ values: [{ id: 'a' }, { id: 'b' }] }]);
    expect(t.handled('audit')).toHaveLength(1);
    expect(t.records('sums').map(jsonOf)).toEqual([2]);
    expect(t.records('nothing')).toEqual([]);
    expect(t.committed('sums', 'audit')).toEqual([1]);
    expect(t.committed('sums')).toEqual([1]);
  });

  it('waits for producers of the application, also those made before it was moved', async () => {
    const app = declared({ handle: () => {} });
    const producer = app.producer();
    await using t = await testApp(app);
    t.faults.delay('produce', 5_000);
    await t.settle(producer.send('orders', { value: '1' }));
    await t.idle();
    await t.crash();
    await t.settle(producer.send('orders', { value: '2' }));
    await t.idle();
    expect(t.handled().map(({ value }) => value)).toEqual([1, 2]);
  });

  it('keeps what the declared backend can and cannot do, and its name', async () => {
    const names: string[] = [];
    const tell = defineMiddleware({
      name: 'tell',
      handle: (call, next) => {
        names.push(call.env.backend);
        return next();
      },
    });
    const connectionString =
      'Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=k';
    const backend = eventHubs({ connectionString });
    const app = partita({ backend, middleware: [tell] }).consume('orders', {
      group: 'g',
      onError: stopPartition(),
      handle: () => {},
    });
    await using t = await testApp(app);
    await t.produce('orders', orders);
    await t.idle();
    expect(names).toEqual(['eventhubs', 'eventhubs']);
  });

  it('takes no larger records and no more commit text than the declared backend', async () => {
    const backend = kafka({ brokers: ['nowhere.invalid:9092'] });
    const capabilities = { ...backend.capabilities, maxRecordBytes: 500, commitMetadataBytes: 0 };
    const app = partita({ backend: { ...backend, capabilities } }).consume('orders', {
      group: 'billing',
      concurrency: { order: 'none' },
      commit: 'manual',
      onError: stopPartition(),
      handle: (_, { record, commit }) => (record.offset === 1 ? commit() : new Promise(() => {})),
    });
    const producer = app.producer();
    await using t = await testApp(app);
    const large = producer.send('orders', { value: Buffer.alloc(600) });
    await expect(t.settle(large)).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' });
    await t.produce('orders', orders);
    await t.until(() => t.committed('orders').length > 0);
    expect(t.broker.committed('billing')).toMatchObject([{ offset: 0, metadata: '' }]);
  });

  it('watches each process of the application once', async () => {
    let spans = 0;
    let observed = 0;
    const watch = defineMiddleware({
      name: 'watch',
      handle(_, next) {
        spans++;
        return next();
      },
    });
    const observe = () => {
      observed++;
      return () => {};
    };
    const app = partita({
      backend: kafka({ brokers: ['nowhere.invalid:9092'] }),
      telemetry: { middleware: [watch], observe },
    }).consume('orders', { group: 'billing', onError: stopPartition(), handle: () => {} });
    await using t = await testApp(app, { partitions: 2 });
    await t.produce('orders', records('order', 1));
    await t.join();
    await t.produce('orders', records('order', 20));
    await t.idle();
    expect(spans).toBe(21);
    expect(observed).toBe(2);
  });

  it('follows a pattern, chosen partitions and a static member', async () => {
    const app = declared({ instanceId: 'one', handle: () => {} }, /orders-.*/).consume('stock', {
      partitions: [1],
      onError: stopPartition(),
      handle: () => {},
    });
    await using t = await testApp(app, { topics: { stock: 2, 'orders-a': 1 } });
    await t.produce('stock', [
      { value: 'x', partition: 0 },
      { value: 'y', partition: 1 },
    ]);
    await t.produce('orders-a', orders);
    await t.produce('orders-b', orders);
    await t.idle();
    expect(t.handled('stock')).toMatchObject([{ records: [{ partition: 1 }] }]);
    expect(t.handled('billing')).toHaveLength(4);
    const beforeMs = t.clock.now();
    await t.crash();
    expect(t.clock.now() - beforeMs).toBeLessThan(1_000);
    await t.produce('orders-a', orders);
    await t.idle();
    expect(t.handled('billing')).toHaveLength(6);
  });

  it('gives up where nothing will happen any more, and says what is missing', async () => {
    const app = declared({ handle: () => {} }).consume('sums', {
      group: 'audit',
      onError: deadLetter('sums.dead'),
      handle() {
        throw new Error('no');
      },
    });
    await using t = await testApp(app, { limitMs: 60_000 });
    await t.produce('sums', { value: '1' });
    t.faults.failNext('produce', new PartitaError('UNAVAILABLE', 'Full.'), 1_000);
    await expect(t.idle()).rejects.toMatchObject({
      code: 'TIMEOUT',
      message:
        'Waited for all records to be handled and committed through 60000 ms of virtual time, and it goes on: sums-0 of audit is finished up to 0 of 1; audit: sums-0 waits at offset 0: its record cannot be written to sums.dead: Full; the handler of audit failed last for sums-0 at offset 0, attempt 1: no. A larger limitMs of testApp waits longer.',
    });
  });

  it('takes no application that is connected already', async () => {
    const app = declared({ handle: () => {} });
    await using t = await testApp(app);
    await expect(testApp(app)).rejects.toMatchObject({ code: 'CLOSED' });
    await t.stop();
  });
});
