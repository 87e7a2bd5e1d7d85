import {
  type DescribedTopic,
  type DescribeTopicPartitionsResponse,
  describeTopicPartitionsServerApi,
  errorCode,
  type TopicPartitionCursor,
} from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import { isLegalTopicName } from '../kafka-log/topics.ts';
import { describeTopic } from './03-metadata.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
/** The broker's own limit of partitions in one answer (`max.request.partition.size.limit`). */
const MAX_PARTITIONS = 2_000;

/** DescribeTopicPartitions v0: topics in the order of their names, so many partitions at a time. */
export const describeTopicPartitions: Endpoint = defineEndpoint({
  api: describeTopicPartitionsServerApi,
  gaps: ['Eligible leaders beside the replicas in sync are never told: there are none.'],
  handle({ topics, partitionLimit = MAX_PARTITIONS, cursor = null }, { broker }) {
    const asked = topics.length > 0 ? topics : broker.topics.all.map(({ name }) => name);
    const names = [...new Set(asked)].sort();
    if (cursor !== null && !names.includes(cursor.topic))
      return failed(topics, errorCode.INVALID_REQUEST);
    const from = cursor === null ? 0 : names.indexOf(cursor.topic);
    const limit = Math.min(Math.max(partitionLimit, 1), MAX_PARTITIONS);
    return page(names.slice(from), cursor?.partition ?? 0, limit, broker);
  },
  refuse: ({ topics }, code) => failed(topics, code),
});

function page(
  names: readonly string[],
  firstPartition: number,
  limit: number,
  broker: BrokerState,
): DescribeTopicPartitionsResponse {
  const described: DescribedTopic[] = [];
  let left = limit;
  let next: TopicPartitionCursor | null = null;
  for (const [at, name] of names.entries()) {
    const from = at === 0 ? firstPartition : 0;
    if (left === 0) {
      next = { topic: name, partition: from };
      break;
    }
    const topic = describe(name, broker);
    const { partitions } = topic;
    described.push({ ...topic, partitions: partitions.slice(from, from + left) });
    if (partitions.length > from + left) next = { topic: name, partition: from + left };
    if (next !== null) break;
    left -= Math.max(partitions.length - from, 0);
  }
  return { throttleTimeMs: 0, topics: described, next };
}

function describe(name: string, broker: BrokerState): DescribedTopic {
  const topic = broker.topics.get(name);
  if (topic === undefined)
    return missing(
      name,
      isLegalTopicName(name)
        ? errorCode.UNKNOWN_TOPIC_OR_PARTITION
        : errorCode.INVALID_TOPIC_EXCEPTION,
    );
  const { partitions, ...rest } = describeTopic(topic, broker);
  return {
    ...rest,
    topicId: topic.id,
    partitions: partitions.map((partition) => ({
      ...partition,
      eligibleLeaders: [],
      lastKnownEligibleLeaders: [],
    })),
  };
}

function missing(topic: string, code: number): DescribedTopic {
  return { errorCode: code, topic, topicId: NO_TOPIC_ID, internal: false, partitions: [] };
}

function failed(topics: readonly string[], code: number): DescribeTopicPartitionsResponse {
  return { throttleTimeMs: 0, topics: topics.map((topic) => missing(topic, code)), next: null };
}
