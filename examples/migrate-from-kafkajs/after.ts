import { json, partita, retry, silentLogger, stopPartition } from 'partita';
import { kafka } from 'partita/kafka';
import { z } from 'zod';

const Order = z.object({ id: z.string() });

/** Reads `orders` with Partita, in the same group, until `count` of them have been charged. */
export async function after(
  brokers: string[],
  count: number,
  charge: (id: string) => Promise<void>,
): Promise<void> {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let charged = 0;
  await using app = partita({ backend: kafka({ brokers }), logger: silentLogger }).consume(
    'orders',
    {
      group: 'billing',
      value: json(Order),
      onError: retry({ attempts: 5 }).otherwise(stopPartition()),
      async handle(order) {
        await charge(order.id);
        if (++charged === count) resolve();
      },
    },
  );
  await app.start();
  await done;
}
