import {
  type App,
  type BackendDefinition,
  json,
  partita,
  retry,
  silentLogger,
  stopPartition,
} from 'partita';
import { z } from 'zod';
import type { Ledger } from './ledger.ts';

const Payment = z.object({ customer: z.string(), cents: z.number() });

/** The process of the deployment that books payments. */
export function payments(backend: BackendDefinition, ledger: Ledger): App {
  const app = partita({ backend, logger: silentLogger }).consume('payments', {
    group: 'ledger',
    instanceId: 'ledger-0', // as a StatefulSet names it: whoever comes back under this name goes on at once
    batch: { maxRecords: 100 },
    value: json(Payment),
    onError: retry({ attempts: 5 }).otherwise(stopPartition()),
    // The database says where to begin, whatever the group has stored.
    async open(partition) {
      await app.consumers[0]?.seek(partition, { offset: await ledger.nextOffset(partition) });
    },
    handleBatch: (batch, { topic, partition, records }) =>
      ledger.add({ topic, partition }, batch, records),
  });
  return app;
}
