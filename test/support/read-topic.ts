import type { Wire } from '../../src/backends/kafka/wire/wire.ts';
import { decodeRecords, errorCode, fetchApi, type KafkaRecord } from '../../src/protocol/index.ts';

/** Everything a partition holds now, read with bare Fetch requests and our own decoder. */
export async function readPartition(
  wire: Wire,
  topic: string,
  partition: number,
): Promise<KafkaRecord[]> {
  const { brokers, topics } = await wire.metadata([topic]);
  const leaderId = topics.get(topic)?.partitions[partition]?.leaderId ?? -1;
  const leader = brokers.get(leaderId);
  if (leader === undefined) throw new Error(`${topic}-${partition} has no leader`);
  const link = wire.link(leader, 'read back');
  const records: KafkaRecord[] = [];
  for (let fetchOffset = 0; ; ) {
    const answer = await link.send(
      fetchApi,
      {
        maxWaitMs: 100,
        minBytes: 1,
        maxBytes: 10_000_000,
        topics: [{ topic, partitions: [{ partition, fetchOffset, maxBytes: 5_000_000 }] }],
      },
      { timeoutMs: 10_000 },
    );
    const fetched = answer.topics[0]?.partitions[0];
    if (fetched === undefined || fetched.errorCode !== errorCode.NONE)
      throw new Error(`${topic}-${partition} at ${fetchOffset}: error ${fetched?.errorCode}`);
    const source = { topic, partition, startOffset: fetchOffset };
    if (fetched.records !== null)
      fetchOffset = decodeRecords(fetched.records, source, records).nextOffset;
    if (fetchOffset >= fetched.highWatermark) break;
  }
  link.close();
  return records;
}
