import type { Partitioner } from '../core/index.ts';

/** Ignores keys: one record to each partition in turn, per topic, from a random one on. */
export function roundRobinPartitioner(): Partitioner {
  return {
    name: 'roundrobin',
    create(random) {
      const next = new Map<string, number>();
      return {
        choose({ topic }, partitionCount) {
          const turn = next.get(topic) ?? Math.floor(random() * partitionCount);
          const partition = turn % partitionCount;
          next.set(topic, partition + 1);
          return partition;
        },
      };
    },
  };
}
