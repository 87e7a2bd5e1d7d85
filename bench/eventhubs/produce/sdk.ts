import { EventHubProducerClient } from '@azure/event-hubs';
import { readTask, Stopwatch } from '../../support/task.ts';

const { bootstrap, topic, records } = readTask();
const client = new EventHubProducerClient(bootstrap[0] ?? '', topic);
const body = Buffer.alloc(1_024, 'x');
await client.sendBatch([{ body }]);
const partitions = await client.getPartitionIds();
const share = records / partitions.length;
const watch = new Stopwatch(records);
watch.count(0);
// Batches filled to the limit, as applications do it; one at a time per partition.
await Promise.all(
  partitions.map(async (partitionId) => {
    for (let sent = 0; sent < share; ) {
      const batch = await client.createBatch({ partitionId });
      while (sent + batch.count < share && batch.tryAdd({ body })) {}
      await client.sendBatch(batch);
      sent += batch.count;
      watch.count(batch.count);
    }
  }),
);
watch.report();
await client.close();
