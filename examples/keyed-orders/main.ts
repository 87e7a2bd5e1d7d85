import { setTimeout as wait } from 'node:timers/promises';
import { json, partita, retry, stopPartition } from 'partita';
import { z } from 'zod';
import { Countdown } from '../support/countdown.ts';
import { openBackend } from '../support/open-backend.ts';

const Order = z.object({ customer: z.string(), number: z.number() });
const customers = 20;
const ordersEach = 25;
const handlerMs = 10;

await using place = await openBackend({ orders: 4 });
const left = new Countdown(customers * ordersEach);
const last = new Map<string, number>();
let overtaken = 0;
let running = 0;
let most = 0;

await using app = partita({ backend: place.backend }).consume('orders', {
  group: 'billing',
  concurrency: { order: 'key', limit: 100 },
  value: json(Order),
  onError: retry({ attempts: 3 }).otherwise(stopPartition()),
  async handle({ customer, number }) {
    running++;
    most = Math.max(most, running);
    await wait(handlerMs); // a call to somewhere
    if (number <= (last.get(customer) ?? 0)) overtaken++;
    last.set(customer, number);
    running--;
    left.take();
  },
});
await app.start();

const began = performance.now();
const orders = Array.from({ length: customers * ordersEach }, (_, index) => ({
  customer: `customer-${index % customers}`,
  number: Math.floor(index / customers) + 1,
}));
await app.producer().send(
  'orders',
  orders.map((order) => ({ key: order.customer, value: JSON.stringify(order) })),
);
await left.done;
const tookMs = Math.round(performance.now() - began);
console.log(
  `${orders.length} orders of ${customers} customers, ${handlerMs} ms each, in 4 partitions: ${tookMs} ms`,
);
console.log(`One after the other would take ${orders.length * handlerMs} ms.`);
console.log(
  `Handlers at once: up to ${most}. Orders that overtook an earlier one of their customer: ${overtaken}`,
);
