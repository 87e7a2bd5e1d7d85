import { PartitaError } from '../../../core/index.ts';
import type { BrokerNode, ClusterMetadata } from '../wire/wire.ts';

export interface LedPartitions {
  readonly broker: BrokerNode;
  readonly numbers: readonly number[];
}

/**
 * The partitions of a topic by their leaders.
 *
 * @throws PartitaError `UNKNOWN_TOPIC`; `UNAVAILABLE`, retriable, when a partition has no leader.
 */
export function leadersOf(metadata: ClusterMetadata, topic: string): LedPartitions[] {
  const described = metadata.topics.get(topic);
  if (described === undefined) throw unknownTopic(topic);
  const byLeader = new Map<number, { broker: BrokerNode; numbers: number[] }>();
  for (const { partition, leaderId } of described.partitions) {
    const broker = metadata.brokers.get(leaderId);
    if (broker === undefined)
      throw new PartitaError('UNAVAILABLE', `Partition ${topic}-${partition} has no leader.`, {
        topic,
        partition,
        retriable: true,
      });
    const led = byLeader.get(leaderId) ?? { broker, numbers: [] };
    led.numbers.push(partition);
    byLeader.set(leaderId, led);
  }
  return [...byLeader.values()];
}

export function unknownTopic(topic: string): PartitaError {
  return new PartitaError(
    'UNKNOWN_TOPIC',
    `Topic ${topic} does not exist. Create it first, or check its name.`,
    { topic },
  );
}
