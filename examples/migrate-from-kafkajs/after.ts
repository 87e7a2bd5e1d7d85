import { json, partita, retry, silentLogger, stopPartition } from 'partita';
import { kafka } from 'partita/kafka';
import { z } from 'zod';

const Invoice = z.object({ id: z.string() });

/** Reads `invoices` with Partita, in the same group, and stops once `count` of them have been paid. */
export async function after(
  brokers: string[],
  count: number,
  pay: (id: string) => Promise<void>,
): Promise<void> {
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  let paid = 0;
  await using app = partita({ backend: kafka({ brokers }), logger: silentLogger }).consume(
    'invoices',
    {
      group: 'accounting',
      value: json(Invoice),
      onError: retry({ attempts: 5 }).otherwise(stopPartition()),
      async handle(invoice) {
        await pay(invoice.id);
        if (++paid === count) resolve();
      },
    },
  );
  await app.start();
  await enough;
}
