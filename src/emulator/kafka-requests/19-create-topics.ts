import {
  type CreatedTopic,
  createTopicsServerApi,
  errorCode,
  type KafkaErrorName,
  type NewTopic,
} from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import type { Topic } from '../kafka-log/topic.ts';
import { configProblem } from '../kafka-log/topic-configs.ts';
import { isLegalTopicName } from '../kafka-log/topics.ts';
import { describeTopicConfigs } from './config-entries.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** CreateTopics v2-v7. */
export const createTopics: Endpoint = defineEndpoint({
  api: createTopicsServerApi,
  gaps: [
    'A topic has at most 10000 partitions, or `maxTopicPartitions`. Each broker has a replica of everything, whatever was asked for.',
    'Of the settings, max.message.bytes, message.timestamp.type, retention.bytes and retention.ms act; with cleanup.policy=compact keys are mandatory, but nothing is compacted; all others are kept and told, and change nothing.',
  ],
  handle: ({ topics, validateOnly = false }, { broker }) => ({
    throttleTimeMs: 0,
    topics: topics.map((topic) => create(topic, validateOnly, broker)),
  }),
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ topic }) => failed(topic, code, null)),
  }),
});

function create(wanted: NewTopic, validateOnly: boolean, broker: BrokerState): CreatedTopic {
  const name = wanted.topic;
  const problem = problemOf(wanted, broker);
  if (problem !== undefined) return failed(name, errorCode[problem[0]], problem[1]);
  const { assignments = [], configs = [] } = wanted;
  const given = assignments.length > 0 ? assignments.length : wanted.partitions;
  const partitions = given === -1 ? broker.defaultPartitions : given;
  const settings = new Map(configs.map(({ name: key, value }) => [key, value ?? '']));
  const topic = validateOnly ? undefined : broker.topics.create(name, partitions, settings);
  return {
    ...failed(name, errorCode.NONE, null),
    topicId: topic?.id ?? null,
    partitions,
    replicationFactor: broker.cluster.nodes.length,
    configs: topic === undefined ? [] : configsOf(topic),
  };
}

function problemOf(
  { topic, partitions, replicationFactor, assignments = [], configs = [] }: NewTopic,
  { topics, cluster, maxTopicPartitions }: BrokerState,
): readonly [KafkaErrorName, string] | undefined {
  if (!isLegalTopicName(topic))
    return ['INVALID_TOPIC_EXCEPTION', `'${topic}' is no legal topic name.`];
  if (topics.get(topic) !== undefined)
    return ['TOPIC_ALREADY_EXISTS', `Topic '${topic}' already exists.`];
  for (const { name, value } of configs) {
    const problem = configProblem(name, value);
    if (problem !== undefined) return ['INVALID_CONFIG', problem];
  }
  if (assignments.length > 0) {
    const ids = cluster.nodes.map(({ nodeId }) => nodeId);
    const known = assignments.every(
      ({ brokerIds }) => brokerIds.length > 0 && brokerIds.every((id) => ids.includes(id)),
    );
    return known
      ? undefined
      : ['INVALID_REPLICA_ASSIGNMENT', `The brokers there are: ${ids.join(', ')}.`];
  }
  if (partitions !== -1 && (partitions < 1 || partitions > maxTopicPartitions))
    return ['INVALID_PARTITIONS', `${partitions} partitions; give 1 to ${maxTopicPartitions}.`];
  const brokers = cluster.nodes.length;
  if (replicationFactor !== -1 && (replicationFactor < 1 || replicationFactor > brokers))
    return [
      'INVALID_REPLICATION_FACTOR',
      `Replication factor ${replicationFactor}, brokers ${brokers}.`,
    ];
  return undefined;
}

function configsOf(topic: Topic): NonNullable<CreatedTopic['configs']> {
  return describeTopicConfigs(topic, null).map(({ name, value, readOnly, source, sensitive }) => ({
    name,
    value,
    readOnly,
    source,
    sensitive,
  }));
}

function failed(topic: string, code: number, errorMessage: string | null): CreatedTopic {
  return {
    topic,
    topicId: null,
    errorCode: code,
    errorMessage,
    configErrorCode: errorCode.NONE,
    partitions: -1,
    replicationFactor: -1,
    configs: null,
  };
}
