import type { TopicPartition } from '../../../core/index.ts';
import type { TopicPartitions } from '../../../protocol/index.ts';

/** Groups by topic in order of first appearance; partitions keep their order. */
export function groupByTopic(partitions: Iterable<TopicPartition>): TopicPartitions[] {
  const byTopic = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const numbers = byTopic.get(topic);
    if (numbers === undefined) byTopic.set(topic, [partition]);
    else numbers.push(partition);
  }
  return Array.from(byTopic, ([topic, numbers]) => ({ topic, partitions: numbers }));
}

export function listPartitions(topics: readonly TopicPartitions[]): TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}
