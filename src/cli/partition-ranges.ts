import type { AdminSession } from '../core/index.ts';

/** What the log of a partition holds. */
export interface PartitionRange {
  readonly partition: number;
  /** The oldest record that is still stored. */
  readonly begin: number;
  /** The next one to be written. */
  readonly end: number;
}

/** All partitions of a topic, in order. */
export async function rangesOf(
  admin: AdminSession,
  topic: string,
): Promise<readonly PartitionRange[]> {
  const [begins, ends] = await Promise.all([
    admin.offsets(topic, 'earliest'),
    admin.offsets(topic, 'latest'),
  ]);
  const beginOf = new Map(begins.map(({ partition, offset }) => [partition, offset]));
  return ends
    .map(({ partition, offset: end }) => ({ partition, begin: beginOf.get(partition) ?? end, end }))
    .sort((a, b) => a.partition - b.partition);
}
