// OffsetCommit v2-v8. Missing: v0, v1 (gone in Kafka 4), v9 (KIP-848 groups), v10 (topic ids).
import { type Api, defineApi, requireVersion } from '../api.ts';

export interface OffsetCommitPartition {
  readonly partition: number;
  /** The next offset to read. */
  readonly offset: number;
  /** Epoch of the last record read. Sent from v6. @default -1 */
  readonly leaderEpoch?: number;
  readonly metadata: string | null;
}

export interface OffsetCommitTopic {
  readonly topic: string;
  readonly partitions: readonly OffsetCommitPartition[];
}

export interface OffsetCommitRequest {
  readonly groupId: string;
  /** -1 for a group without members. */
  readonly generationId: number;
  readonly memberId: string;
  /** Static membership, needs v7; without it a static member's commit is fenced. @default null */
  readonly groupInstanceId?: string | null;
  readonly topics: readonly OffsetCommitTopic[];
}

export interface CommittedPartitionResult {
  readonly partition: number;
  readonly errorCode: number;
}

export interface CommittedTopicResult {
  readonly topic: string;
  readonly partitions: readonly CommittedPartitionResult[];
}

export interface OffsetCommitResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly CommittedTopicResult[];
}

/** Kept as long as the broker is configured to. */
const BROKER_RETENTION = -1;

export const offsetCommitApi: Api<OffsetCommitRequest, OffsetCommitResponse> = defineApi({
  key: 8,
  name: 'OffsetCommit',
  versions: { min: 2, max: 8 },
  flexibleFrom: 8,
  write(to, request, version) {
    const { groupInstanceId = null } = request;
    to.string(request.groupId);
    to.int32(request.generationId);
    to.string(request.memberId);
    if (groupInstanceId !== null) requireVersion('OffsetCommit', 'a group instance id', version, 7);
    if (version >= 7) to.nullableString(groupInstanceId);
    if (version <= 4) to.int64(BROKER_RETENTION);
    to.array(request.topics, (one, { topic, partitions }) => {
      one.string(topic);
      one.array(partitions, (each, { partition, offset, leaderEpoch = -1, metadata }) => {
        each.int32(partition);
        each.int64(offset);
        if (version >= 6) each.int32(leaderEpoch);
        each.nullableString(metadata);
        each.tags();
      });
      one.tags();
    });
  },
  read(from, version) {
    const throttleTimeMs = version >= 3 ? from.int32() : 0;
    const topics = from.array((one) => {
      const topic = one.string();
      const partitions = one.array((each) => {
        const result = { partition: each.int32(), errorCode: each.int16() };
        each.tags();
        return result;
      });
      one.tags();
      return { topic, partitions };
    });
    from.tags();
    return { throttleTimeMs, topics };
  },
});
