import {
  PartitaError,
  type PartitionChooser,
  type Partitioner,
  type PartitionInput,
} from '../core/index.ts';

/** Chooses by your function, whose answer is checked. A name for the logs helps. */
export function customPartitioner(
  choose: (record: PartitionInput, partitionCount: number) => number,
  name = 'custom',
): Partitioner {
  const checked: PartitionChooser = {
    choose(record, partitionCount) {
      const partition = choose(record, partitionCount);
      if (Number.isInteger(partition) && partition >= 0 && partition < partitionCount)
        return partition;
      throw new PartitaError(
        'UNKNOWN_PARTITION',
        `Partitioner '${name}' chose ${partition} for ${record.topic}, which has partitions 0 to ${partitionCount - 1}.`,
        { topic: record.topic, partition },
      );
    },
  };
  return { name, create: () => checked };
}
