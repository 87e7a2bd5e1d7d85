import Fastify from 'fastify';
import { json, partita, silentLogger, stopPartition } from 'partita';
import { z } from 'zod';
import { Countdown } from '../support/countdown.ts';
import { openBackend } from '../support/open-backend.ts';

const Order = z.object({ id: z.string(), total: z.number() });

await using place = await openBackend({ orders: 2 });
const charged = new Countdown(1);
const app = partita({ backend: place.backend, logger: silentLogger }).consume('orders', {
  group: 'billing',
  value: json(Order),
  onError: stopPartition(),
  handle({ id, total }) {
    console.log(`charged ${id}: ${total}`);
    charged.take();
  },
});
const producer = app.producer();

const server = Fastify();
server.post('/orders', async (request, reply) => {
  const order = Order.safeParse(request.body);
  if (!order.success) return reply.code(400).send({ problems: order.error.issues });
  const { id } = order.data;
  await producer.send('orders', { key: id, value: JSON.stringify(order.data) });
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
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void server.close());

const url = await server.listen({ port: Number(process.env.PORT ?? 0) });
console.log(`ready: ${await (await fetch(`${url}/ready`)).text()}`);
const body = JSON.stringify({ id: 'order-1', total: 42 });
const headers = { 'content-type': 'application/json' };
const answer = await fetch(`${url}/orders`, { method: 'POST', headers, body });
console.log(`POST /orders: ${answer.status}`);
await charged.done;
process.kill(process.pid, 'SIGTERM'); // as whoever runs it would
await new Promise((resolve) => server.server.once('close', resolve));
console.log('closed');
