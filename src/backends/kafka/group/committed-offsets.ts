import { formatPartition, type TopicPartition } from '../../../core/index.ts';
import { errorCode, offsetFetchApi } from '../../../protocol/index.ts';
import { isRetriableKafkaCode, kafkaError } from '../wire/kafka-error.ts';
import type { Coordinator } from './coordinator.ts';
import { groupByTopic } from './partition-lists.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/** A position the group has stored, or `null` when it has none. */
export interface StoredPosition {
  readonly partition: TopicPartition;
  readonly stored: { readonly offset: number; readonly metadata: string } | null;
}

/**
 * A partition is absent and to be asked for again while an open transaction may still store a position (KIP-447), or when
 * it is too new to be known.
 *
 * @throws PartitaError `CLOSED`, or what no repetition heals.
 */
export async function fetchStoredPositions(
  coordinator: Coordinator,
  group: string,
  partitions: readonly TopicPartition[],
  signal: AbortSignal,
): Promise<readonly StoredPosition[]> {
  const topics = groupByTopic(partitions);
  const answer = await coordinator.call({
    purpose: 'commit',
    api: offsetFetchApi,
    // Without `requireStable` we would begin before what an open transaction of the last owner is about to commit.
    request: () => ({ groupId: group, topics, requireStable: true }),
    codeOf: (response) => response.errorCode,
    timeoutMs: REQUEST_TIMEOUT_MS,
    signal,
  });
  const known: StoredPosition[] = [];
  const asked = new Map(partitions.map((partition) => [formatPartition(partition), partition]));
  const what = `Reading the positions of group ${group}`;
  if (answer !== null && answer.errorCode !== errorCode.NONE)
    throw kafkaError(answer.errorCode, what);
  for (const { topic, partitions: fetched } of answer?.topics ?? []) {
    for (const { partition, offset, metadata, errorCode: code } of fetched) {
      const found = asked.get(formatPartition({ topic, partition }));
      if (found === undefined) continue;
      if (mayPass(code)) continue;
      if (code !== errorCode.NONE) throw kafkaError(code, what, { topic, partition });
      const stored = offset < 0 ? null : { offset, metadata: metadata ?? '' };
      known.push({ partition: found, stored });
    }
  }
  return known;
}

function mayPass(code: number): boolean {
  return isRetriableKafkaCode(code) || code === errorCode.UNKNOWN_TOPIC_OR_PARTITION;
}
