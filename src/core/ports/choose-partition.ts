import { PartitaError } from '../model/errors.ts';
import type { PartitionChooser, PartitionInput } from './partitioner.ts';

/**
 * Asks a partitioner, which may be the user's code: what it throws is the result of this record, and of no other.
 *
 * @returns the partition, or why there is none
 */
export function choosePartition(
  chooser: PartitionChooser,
  record: PartitionInput,
  partitionCount: number,
): number | PartitaError {
  try {
    return chooser.choose(record, partitionCount);
  } catch (error) {
    if (PartitaError.is(error)) return error;
    const { topic } = record;
    const why = error instanceof Error ? error.message : String(error);
    return new PartitaError(
      'INVALID_CONFIG',
      `The partitioner failed for a record of ${topic}: ${why}. It has to return a number from 0 to ${partitionCount - 1}.`,
      { topic, cause: error },
    );
  }
}
