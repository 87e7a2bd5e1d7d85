import { setTimeout as wait } from 'node:timers/promises';
import Fastify from 'fastify';
import { json, partita, silentLogger, stopPartition } from 'partita';
import { z } from 'zod';
import { openBackend } from '../support/open-backend.ts';
import { tryOut } from './try-out.ts';

const Order = z.object({ id: z.string(), total: z.number() });

await using place = await openBackend({ checkouts: 2 });
const begun = Promise.withResolvers<void>();
const app = partita({ backend: place.backend, logger: silentLogger }).consume('checkouts', {
  group: 'checkout',
  value: json(Order),
  onError: stopPartition(),
  async handle({ id, total }) {
    begun.resolve();
    await wait(200); // a call to somewhere
    console.log(`charged ${id}: ${total}`);
  },
});
const producer = app.producer();

const server = Fastify();
server.post('/orders', async (request, reply) => {
  const order = Order.safeParse(request.body);
  if (!order.success) return reply.code(400).send({ problems: order.error.issues });
  const { id } = order.data;
  await producer.send('checkouts', { key: id, value: JSON.stringify(order.data) });
  return reply.code(202).send({ id });
});
// Alive as long as it answers; ready while every consumer makes progress.
server.get('/live', async () => ({ ok: true }));
server.get('/ready', async (_, reply) => {
  const { ok, problems } = app.health();
  return reply.code(ok ? 200 : 503).send({ ok, problems });
});
server.addHook('onReady', () => app.start());
// Requests end first, then handlers, then positions are stored.
server.addHook('onClose', () => app.stop());
const closed = Promise.withResolvers<void>();
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    server.close().then(closed.resolve, closed.reject);
  });

const { PORT } = process.env;
const url = await server.listen({ port: Number(PORT ?? 0) });
if (PORT === undefined) await tryOut(url, begun.promise);
else console.log(`ready at ${url}`);
await closed.promise;
console.log('closed');
