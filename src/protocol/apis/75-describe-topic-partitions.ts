// DescribeTopicPartitions v0: all versions there are.
import { type Api, defineApi } from '../api.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';

/** Where an answer went on, or is to go on. */
export interface TopicPartitionCursor {
  readonly topic: string;
  readonly partition: number;
}

export interface DescribeTopicPartitionsRequest {
  /** Empty: all. */
  readonly topics: readonly string[];
  /** Partitions in one answer, over all topics. @default 2000 */
  readonly partitionLimit?: number;
  /** @default null */
  readonly cursor?: TopicPartitionCursor | null;
}

export interface DescribedPartition {
  readonly errorCode: number;
  readonly partition: number;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly eligibleLeaders: readonly number[] | null;
  readonly lastKnownEligibleLeaders: readonly number[] | null;
  readonly offlineReplicas: readonly number[];
}

export interface DescribedTopic {
  readonly errorCode: number;
  readonly topic: string | null;
  readonly topicId: string;
  readonly internal: boolean;
  readonly partitions: readonly DescribedPartition[];
}

export interface DescribeTopicPartitionsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly DescribedTopic[];
  /** Null: that was all. */
  readonly next: TopicPartitionCursor | null;
}

const PARTITION_LIMIT = 2_000;

export const describeTopicPartitionsApi: Api<
  DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsResponse
> = defineApi({
  key: 75,
  name: 'DescribeTopicPartitions',
  versions: { min: 0, max: 0 },
  flexibleFrom: 0,
  write(to, { topics, partitionLimit = PARTITION_LIMIT, cursor = null }) {
    to.array(topics, (one, topic) => {
      one.string(topic);
      one.tags();
    });
    to.int32(partitionLimit);
    to.nullableStructure(cursor, writeCursor);
  },
  read(from) {
    const response = {
      throttleTimeMs: from.int32(),
      topics: from.array((one) => {
        const topic = {
          errorCode: one.int16(),
          topic: one.nullableString(),
          topicId: one.uuid(),
          internal: one.boolean(),
          partitions: one.array(readPartition),
        };
        one.int32(); // authorized operations
        one.tags();
        return topic;
      }),
      next: from.nullableStructure(readCursor),
    };
    from.tags();
    return response;
  },
});

function readPartition(from: Reader): DescribedPartition {
  const partition = {
    errorCode: from.int16(),
    partition: from.int32(),
    leaderId: from.int32(),
    leaderEpoch: from.int32(),
    replicas: from.int32Array(),
    isr: from.int32Array(),
    eligibleLeaders: from.nullableArray((one) => one.int32()),
    lastKnownEligibleLeaders: from.nullableArray((one) => one.int32()),
    offlineReplicas: from.int32Array(),
  };
  from.tags();
  return partition;
}

export function writeCursor(to: Writer, { topic, partition }: TopicPartitionCursor): void {
  to.string(topic);
  to.int32(partition);
  to.tags();
}

export function readCursor(from: Reader): TopicPartitionCursor {
  const cursor = { topic: from.string(), partition: from.int32() };
  from.tags();
  return cursor;
}
