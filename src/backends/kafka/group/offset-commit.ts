import { formatPartition, type PartitionCommit } from '../../../core/index.ts';
import {
  errorCode,
  type OffsetCommitPartition,
  type OffsetCommitResponse,
  offsetCommitApi,
} from '../../../protocol/index.ts';
import type { Coordinator } from './coordinator.ts';
import type { MemberIdentity } from './member-identity.ts';

/** `topic-partition` → error code. */
export type CommitAnswer = ReadonlyMap<string, number>;

export interface CommitSending {
  readonly coordinator: Coordinator;
  readonly group: string;
  readonly instanceId: string | undefined;
  readonly identity: MemberIdentity;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** One OffsetCommit, repeated until a coordinator took or refused it. */
export async function sendCommit(
  { coordinator, group, instanceId, identity, signal, timeoutMs }: CommitSending,
  commits: readonly PartitionCommit[],
): Promise<CommitAnswer> {
  const request = {
    groupId: group,
    generationId: identity.generation,
    memberId: identity.memberId,
    groupInstanceId: instanceId ?? null,
    topics: byTopic(commits),
  };
  const answer = await coordinator.call({
    purpose: 'commit',
    api: offsetCommitApi,
    request: () => request,
    codeOf: firstCode,
    timeoutMs,
    signal,
  });
  const codes = new Map<string, number>();
  for (const { topic, partitions } of answer?.topics ?? [])
    for (const { partition, errorCode: code } of partitions)
      codes.set(formatPartition({ topic, partition }), code);
  return codes;
}

/** What a coordinator says of itself it says of every partition. */
function firstCode({ topics }: OffsetCommitResponse): number {
  return topics[0]?.partitions[0]?.errorCode ?? errorCode.NONE;
}

function byTopic(
  commits: readonly PartitionCommit[],
): { readonly topic: string; readonly partitions: readonly OffsetCommitPartition[] }[] {
  const topics = new Map<string, OffsetCommitPartition[]>();
  for (const { topic, partition, position, metadata } of commits) {
    const entry = { partition, offset: position.offset, metadata };
    const partitions = topics.get(topic);
    if (partitions === undefined) topics.set(topic, [entry]);
    else partitions.push(entry);
  }
  return Array.from(topics, ([topic, partitions]) => ({ topic, partitions }));
}
