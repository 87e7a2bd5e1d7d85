/** Committed positions of a group, seen from outside of it. */
import {
  type CommittedPosition,
  comparePartitions,
  PartitaError,
  type PartitionPosition,
} from '../../../core/index.ts';
import { errorCode, offsetCommitApi, offsetFetchApi } from '../../../protocol/index.ts';
import { kafkaError } from '../wire/kafka-error.ts';
import type { AdminCalls } from './admin-calls.ts';

/** Without `topics`: of all topics. Partitions without a committed position are left out; the rest in order. */
export function readPositions(
  calls: AdminCalls,
  group: string,
  topics?: readonly string[],
): Promise<CommittedPosition[]> {
  return calls.patiently(async () => {
    const coordinator = await calls.coordinator(group);
    const answer = await calls.ask(coordinator, offsetFetchApi, { groupId: group, topics: null });
    const what = `Reading the positions of group ${group}`;
    if (answer.errorCode !== errorCode.NONE) throw kafkaError(answer.errorCode, what);
    const positions: CommittedPosition[] = [];
    for (const { topic, partitions } of answer.topics) {
      if (topics !== undefined && !topics.includes(topic)) continue;
      for (const { partition, offset, metadata, errorCode: code } of partitions) {
        if (code !== errorCode.NONE) throw kafkaError(code, what, { topic, partition });
        if (offset >= 0) positions.push({ topic, partition, offset, metadata: metadata ?? '' });
      }
    }
    return positions.sort(comparePartitions);
  });
}

/** Only for a group without members: these would go on from where they are. */
export async function writePositions(
  calls: AdminCalls,
  group: string,
  positions: readonly PartitionPosition[],
): Promise<void> {
  if (positions.length === 0) return;
  const request = {
    groupId: group,
    generationId: -1,
    memberId: '',
    topics: byTopic(positions),
  };
  await calls.patiently(async () => {
    const answer = await calls.ask(await calls.coordinator(group), offsetCommitApi, request);
    for (const { topic, partitions } of answer.topics)
      for (const { partition, errorCode: code } of partitions)
        if (code !== errorCode.NONE) throw refused(code, group, topic, partition);
  });
}

function byTopic(positions: readonly PartitionPosition[]) {
  const topics = new Map<string, { partition: number; offset: number; metadata: string }[]>();
  for (const { topic, partition, offset } of positions) {
    const partitions = topics.get(topic) ?? [];
    partitions.push({ partition, offset, metadata: '' });
    topics.set(topic, partitions);
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}

function refused(code: number, group: string, topic: string, partition: number): PartitaError {
  const what = `Setting the position of group ${group} on ${topic}-${partition}`;
  if (code === errorCode.UNKNOWN_MEMBER_ID || code === errorCode.ILLEGAL_GENERATION)
    return new PartitaError(
      'UNAVAILABLE',
      `${what} failed: the group has members at the moment. Stop them first.`,
      { topic, partition },
    );
  return kafkaError(code, what, { topic, partition });
}
