import {
  InvalidConfigError,
  type PartitionChooser,
  type Partitioner,
  type Random,
} from '../core/index.ts';

export interface StickyOptions {
  /** Bytes written to a partition before another one is chosen; best the producer's batch size. @default 16384 */
  readonly batchBytes?: number;
}

/** `batch.size` of Kafka's Java producer. */
const DEFAULT_BATCH_BYTES = 16_384;

/**
 * Ignores keys: records stay on one partition for about a batch, then a partition is drawn anew. Even in bytes over time,
 * whatever the sizes, with few half-filled batches (KIP-794).
 */
export function stickyPartitioner(options: StickyOptions = {}): Partitioner {
  return { name: 'sticky', create: (random) => stickyChooser(random, options) };
}

/** The chooser behind `stickyPartitioner`, for partitioners that fall back on it. */
export function stickyChooser(random: Random, options: StickyOptions): PartitionChooser {
  const batchBytes = options.batchBytes ?? DEFAULT_BATCH_BYTES;
  if (!(batchBytes > 0)) {
    throw new InvalidConfigError('partitioner', [`batchBytes is ${batchBytes}, must be above 0`]);
  }
  const current = new Map<string, { partition: number; bytes: number }>();
  return {
    choose({ topic, sizeBytes }, partitionCount) {
      let stuck = current.get(topic);
      // The topic may have been made anew with fewer partitions.
      if (stuck === undefined || stuck.bytes >= batchBytes || stuck.partition >= partitionCount) {
        stuck = { partition: Math.floor(random() * partitionCount), bytes: 0 };
        current.set(topic, stuck);
      }
      stuck.bytes += sizeBytes;
      return stuck.partition;
    },
  };
}
