import { PartitaError, type Partitioner } from '../core/index.ts';

/** For topics whose records always name their partition: a record that does not is refused. */
export function explicitPartitioner(): Partitioner {
  return {
    name: 'explicit',
    create: () => ({
      choose({ topic }) {
        throw new PartitaError(
          'INVALID_CONFIG',
          `A record for ${topic} names no partition and the partitioner is 'explicit': set its partition or choose another partitioner.`,
          { topic },
        );
      },
    }),
  };
}
