import type { Random } from '../model/clock.ts';

/** What a partitioner may look at. */
export interface PartitionInput {
  readonly topic: string;
  readonly key: Buffer | null;
  /** Bytes of key, value and headers together. */
  readonly sizeBytes: number;
}

/** One producer's partitioner; may remember what it chose before. */
export interface PartitionChooser {
  /** A partition in `0 … partitionCount - 1`. */
  choose(record: PartitionInput, partitionCount: number): number;
}

/** A strategy that picks the partition of a record that names none. */
export interface Partitioner {
  readonly name: string;
  create(random: Random): PartitionChooser;
}
