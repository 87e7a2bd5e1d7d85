import {
  type AssignedPartition,
  type PartitaError,
  startIn,
  type TopicPartition,
} from '../../../core/index.ts';
import type { GroupOffsets } from '../group/group-offsets.ts';
import type { PartitionFeed } from './partition-feed.ts';
import { checkRange, firstPosition } from './reading-position.ts';
import type { SessionContext } from './session-context.ts';

/** Announces partitions that have become ours and begins to read them. */
export function takeOver(
  { topics, options, listener }: SessionContext,
  feed: PartitionFeed,
  offsets: GroupOffsets | undefined,
  partitions: readonly TopicPartition[],
  epoch: number,
): void {
  const added: AssignedPartition[] = [];
  const resets: { readonly error: PartitaError; readonly partition: TopicPartition }[] = [];
  for (const { topic, partition } of partitions) {
    const log = topics.log({ topic, partition });
    const first = firstPosition(log, offsets?.get({ topic, partition }), startIn(options, topic));
    const check = checkRange(log, first.offset, options.outOfRange);
    if (check.kind === 'reset')
      resets.push({ error: check.error, partition: { topic, partition } });
    const offset = check.kind === 'reset' ? check.offset : first.offset;
    const { committed, metadata } =
      check.kind === 'reset' ? { committed: false, metadata: '' } : first;
    added.push({ topic, partition, epoch, position: { offset }, committed, metadata });
    feed.start(log, offset);
  }
  listener.assigned(added);
  for (const { error, partition } of resets) listener.failed(error, partition);
}
