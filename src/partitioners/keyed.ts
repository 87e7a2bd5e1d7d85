import type { PartitionChooser, Partitioner } from '../core/index.ts';
import { eventHubsPartition } from './event-hubs-hash.ts';
import { murmur2 } from './murmur2.ts';
import { type StickyOptions, stickyChooser } from './sticky-partitioner.ts';

/**
 * Same key, same partition, as Kafka's Java client: murmur2 of the key, sign bit cleared, over all partitions. An empty
 * key is a key. Records without one stick to a partition for a batch.
 */
export function keyed(options: StickyOptions = {}): Partitioner {
  return byKey('keyed', options, (key, count) => (murmur2(key) & 0x7fffffff) % count);
}

/**
 * Same key, same partition, as the Event Hubs service maps partition keys received over AMQP. Use it to write over the Kafka
 * endpoint what AMQP producers write too. Records without a key stick to a partition for a batch.
 */
export function eventHubsKeyed(options: StickyOptions = {}): Partitioner {
  return byKey('eventhubs', options, eventHubsPartition);
}

function byKey(
  name: string,
  options: StickyOptions,
  partitionOf: (key: Buffer, partitionCount: number) => number,
): Partitioner {
  return {
    name,
    create(random): PartitionChooser {
      const unkeyed = stickyChooser(random, options);
      return {
        choose(record, partitionCount) {
          if (record.key === null) return unkeyed.choose(record, partitionCount);
          return partitionOf(record.key, partitionCount);
        },
      };
    },
  };
}
