import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memory } from '../../../src/backends/memory/index.ts';
import { deadLetter, json, partita } from '../../../src/index.ts';
import { gzip, logging, validate } from '../../../src/middleware/index.ts';
import { headersOf, testApp } from '../../../src/testing/index.ts';

describe('a list of middleware', () => {
  it('works in both directions: what is checked, then compressed, is decompressed, then checked', async () => {
    const Order = z.object({ id: z.string(), note: z.string() });
    const seen: unknown[] = [];
    const app = partita({
      backend: memory(),
      middleware: [logging(), gzip(), validate({ orders: Order, copies: Order })],
    }).consume('orders', {
      group: 'billing',
      value: json(Order),
      onError: deadLetter('dead'),
      async handle(order, { publish }) {
        seen.push(order.id);
        await publish('copies', { value: JSON.stringify(order) });
      },
    });
    const producer = app.producer();
    await using t = await testApp(app);
    await t.settle(
      producer.send('orders', { value: JSON.stringify({ id: 'a', note: 'x'.repeat(5_000) }) }),
    );
    await t.idle();
    expect(seen).toEqual(['a']);
    for (const topic of ['orders', 'copies'])
      expect(t.records(topic).map(headersOf)).toEqual([{ 'content-encoding': 'gzip' }]);
  });
});
