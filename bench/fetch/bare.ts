/** One link, one fetch at a time for all partitions, every answer decoded: no positions, no leaders, no room. */
import { decodeRecords, fetchApi, type KafkaRecord } from '../../src/protocol/index.ts';
import { openWire } from '../../test/support/open-wire.ts';
import { readTask, Stopwatch } from '../support/task.ts';
import { anyBroker } from './topic.ts';

const { bootstrap, topic, records } = readTask();
const watch = new Stopwatch(records);
const wire = openWire(bootstrap);
const partitions = (await wire.metadata([topic])).topics.get(topic)?.partitions.length ?? 0;
const offsets = Array.from({ length: partitions }, () => 0);
const link = wire.link(await anyBroker(wire), 'fetch');
const maxBytes = 1024 * 1024;
for (let seen = 0; seen < records; ) {
  const asked = offsets.map((fetchOffset, partition) => ({ partition, fetchOffset, maxBytes }));
  const { topics } = await link.send(
    fetchApi,
    {
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: 16 * maxBytes,
      topics: [{ topic, partitions: asked }],
    },
    { timeoutMs: 10_000 },
  );
  for (const { partition, records: bytes } of topics[0]?.partitions ?? []) {
    if (bytes === null) continue;
    const into: KafkaRecord[] = [];
    const startOffset = offsets[partition] ?? 0;
    offsets[partition] = decodeRecords(bytes, { topic, partition, startOffset }, into).nextOffset;
    seen += into.length;
    if (into.length > 0) watch.count(into.length);
  }
}
watch.report();
await wire.close();
