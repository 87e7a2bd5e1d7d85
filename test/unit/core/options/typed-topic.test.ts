import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memory } from '../../../../src/backends/memory/index.ts';
import {
  deadLetter,
  defineTopics,
  json,
  park,
  partita,
  skip,
  text,
  topic,
} from '../../../../src/index.ts';
import { testApp } from '../../../../src/testing/index.ts';
import { problemsOf } from '../../../support/problems-of.ts';

const Order = z.object({
  id: z.string(),
  placed: z.iso.datetime().transform((at) => new Date(at)),
});
const topics = defineTopics({ orders: json(Order), notes: text() });
const placed = '2026-01-01T00:00:00.000Z';

describe('A typed topic', () => {
  it('is written and read by its codec: the schema’s input goes out, its output comes in', async () => {
    const app = partita({ backend: memory() })
      .consume(topics.orders, {
        group: 'billing',
        onError: deadLetter('dead'),
        handle: ({ id, placed }, { publish }) =>
          publish(topics.notes, { key: id, value: `${id} of ${placed.getUTCFullYear()}` }),
      })
      .consume(topics.notes, { group: 'mail', onError: deadLetter('dead'), handle: () => {} });
    await using t = await testApp(app);
    await t.settle(app.producer().send(topics.orders, { key: '1', value: { id: '1', placed } }));
    await t.idle();
    expect(String(t.records('orders')[0]?.value)).toBe(JSON.stringify({ id: '1', placed }));
    expect(t.handled('mail').map(({ value }) => value)).toEqual(['1 of 2026']);
  });

  it('refuses what does not fit, and writes nothing of it', async () => {
    const backend = memory({ topics: { orders: 1 } });
    const app = partita({ backend });
    const producer = app.producer();
    const fits = { value: { id: '1', placed } };
    await expect(
      producer.send(topics.orders, [fits, { value: { id: 1, placed } as never }]),
    ).rejects.toMatchObject({
      code: 'ENCODE_FAILED',
      topic: 'orders',
      message:
        'The value of record 1 of 2 for orders does not fit its type, and nothing was written: id: Invalid input: expected string, received number.',
    });
    await expect(
      producer.send(topic('orders', json()), { value: undefined as never }),
    ).rejects.toThrow('The value for orders does not fit its type, and nothing was written');
    expect(backend.records('orders')).toEqual([]);
    await app.stop();
  });

  it('keeps the order of what is sent without waiting, and writes null as a tombstone', async () => {
    const backend = memory({ topics: { orders: 1 } });
    await using app = partita({ backend });
    const producer = app.producer();
    await Promise.all([
      producer.send(topics.orders, { key: 'a', value: { id: '1', placed } }),
      producer.send('orders', { key: 'a', value: 'raw' }),
      producer.send(topics.orders, { key: 'a', value: null }),
    ]);
    const values = backend.records('orders').map(({ value }) => value?.toString().slice(0, 9));
    expect(values).toEqual(['{"id":"1"', 'raw', undefined]);
  });

  it('waits for a schema that takes its time', async () => {
    const Slow = Order.refine(async ({ id }) => id !== 'bad');
    const slow = topic('orders', json(Slow));
    const backend = memory({ topics: { orders: 1 } });
    await using app = partita({ backend });
    await app.producer().send(slow, { value: { id: '1', placed } });
    await expect(app.producer().send(slow, { value: { id: 'bad', placed } })).rejects.toMatchObject(
      { code: 'ENCODE_FAILED' },
    );
    expect(backend.records('orders')).toHaveLength(1);
  });

  it('is decoded by its own codec among several, also when it comes from a retry topic', async () => {
    const seen: unknown[] = [];
    let fails = true;
    const app = partita({ backend: memory() }).consume([topics.orders, topics.notes], {
      group: 'billing',
      concurrency: { order: 'none' },
      onError: park('retry', { delayMs: 1_000 }),
      handle(value) {
        if (fails) throw new Error('not yet');
        seen.push(value);
      },
    });
    await using t = await testApp(app);
    await t.produce('orders', { value: { id: '1', placed } });
    await t.produce('notes', { value: 'x' });
    await t.until(() => t.records('retry').length === 2, 'both to be parked');
    fails = false;
    await t.idle();
    expect(new Set(seen)).toEqual(new Set([{ id: '1', placed: new Date(placed) }, 'x']));
  });

  it('is refused together with a decoder, and without a codec that reads and writes', () => {
    const options = { group: 'billing', onError: skip(), handle: () => {} };
    const app = partita({ backend: memory() });
    expect(
      problemsOf(() => app.consume(topics.notes, { ...options, value: text() } as never)),
    ).toEqual(['value is given for typed topics, which say it themselves; leave it out']);
    expect(problemsOf(() => topic('', { decode: () => 1 } as never))).toEqual([
      'name is "", expected the name of a topic',
      'the value of "" is {}, expected json(schema), text(), or an object with decode and encode',
    ]);
    expect(problemsOf(() => defineTopics({ orders: 'json' as never, notes: text() }))).toEqual([
      'the value of "orders" is "json", expected json(schema), text(), or an object with decode and encode',
    ]);
  });
});
