import {
  type AskedTopic,
  errorCode,
  type MetadataResponse,
  type MetadataTopic,
  metadataServerApi,
} from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import type { Topic } from '../kafka-log/topic.ts';
import { isLegalTopicName } from '../kafka-log/topics.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** Metadata v0-v12: the brokers that run, and who leads what. Each has a replica of everything. */
export const metadata: Endpoint = defineEndpoint({
  api: metadataServerApi,
  gaps: [
    'v13 (an error code of its own) is not served.',
    'Authorized operations are not told: there is no authorization.',
  ],
  handle({ topics, allowAutoTopicCreation }, { broker }) {
    const described =
      topics === null
        ? broker.topics.all.map((topic) => describeTopic(topic, broker))
        : topics.map((asked) => find(asked, allowAutoTopicCreation, broker));
    return { ...clusterOf(broker), topics: described };
  },
  refuse: ({ topics }, code, { broker }) => ({
    ...clusterOf(broker),
    topics: (topics ?? []).map(({ topic, topicId }) => missing(code, topic, topicId)),
  }),
});

function clusterOf({ clusterId, cluster }: BrokerState): MetadataResponse {
  return {
    throttleTimeMs: 0,
    brokers: cluster.running.map(({ nodeId, address }) => ({ nodeId, ...address, rack: null })),
    clusterId,
    controllerId: cluster.controller?.nodeId ?? -1,
    topics: [],
  };
}

function find(asked: AskedTopic, mayCreate: boolean, broker: BrokerState): MetadataTopic {
  if (asked.topic === null) {
    const topic = broker.topics.withId(asked.topicId);
    return topic === undefined
      ? missing(errorCode.UNKNOWN_TOPIC_ID, null, asked.topicId)
      : describeTopic(topic, broker);
  }
  const topic = broker.topics.get(asked.topic);
  if (topic !== undefined) return describeTopic(topic, broker);
  if (!isLegalTopicName(asked.topic))
    return missing(errorCode.INVALID_TOPIC_EXCEPTION, asked.topic);
  if (!mayCreate || !broker.autoCreateTopics)
    return missing(errorCode.UNKNOWN_TOPIC_OR_PARTITION, asked.topic);
  return describeTopic(broker.topics.create(asked.topic, broker.defaultPartitions), broker);
}

/** Also for DescribeTopicPartitions. */
export function describeTopic(
  { name, id, partitions }: Topic,
  { cluster }: BrokerState,
): MetadataTopic {
  const isr = cluster.running.map(({ nodeId }) => nodeId);
  const replicas = cluster.nodes.map(({ nodeId }) => nodeId);
  const offlineReplicas = replicas.filter((nodeId) => !isr.includes(nodeId));
  return {
    errorCode: errorCode.NONE,
    topic: name,
    topicId: id,
    internal: false,
    partitions: partitions.map((_, partition) => ({
      errorCode: errorCode.NONE,
      partition,
      ...cluster.leader(name, partition),
      replicas,
      isr,
      offlineReplicas,
    })),
  };
}

function missing(code: number, topic: string | null, topicId: string | null = null): MetadataTopic {
  return { errorCode: code, topic, topicId, internal: false, partitions: [] };
}
