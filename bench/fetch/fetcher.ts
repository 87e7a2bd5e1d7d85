/** The fetcher with a sink that counts and always has room. */
import { createFetcher } from '../../src/backends/kafka/fetch/fetcher.ts';
import { openWire, realEnv } from '../../test/support/open-wire.ts';
import { readTask, Stopwatch } from '../support/task.ts';

const { bootstrap, topic, records } = readTask();
const watch = new Stopwatch(records);
const wire = openWire(bootstrap);
const partitions = (await wire.metadata([topic])).topics.get(topic)?.partitions ?? [];
const fetcher = createFetcher(
  { wire, env: realEnv },
  {
    fetch: { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 1024 * 1024 },
    isolation: 'committed',
    outOfRange: 'fail',
  },
  {
    records(batch) {
      if (batch.records.length > 0) watch.count(batch.records.length);
      return true;
    },
    failed(error) {
      throw error;
    },
  },
);
fetcher.add(partitions.map(({ partition }) => ({ topic, partition, offset: 0 })));
await watch.done;
watch.report();
await fetcher.close();
await wire.close();
