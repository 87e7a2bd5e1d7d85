import { randomBytes } from 'node:crypto';
import {
  type CreatedTopic,
  createTopicsServerApi,
  errorCode,
  type KafkaErrorName,
  type NewTopic,
} from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import { configProblem } from '../kafka-log/topic-configs.ts';
import { isLegalTopicName } from '../kafka-log/topics.ts';
import { describeTopicConfigs } from './config-entries.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** CreateTopics v2-v7. */
export const createTopics: Endpoint = defineEndpoint({
  api: createTopicsServerApi,
  gaps: [
    'A topic has at most 10000 partitions, or `maxTopicPartitions`. Each broker has a replica of everything, whatever was asked for.',
    'Of the settings, max.message.bytes, message.timestamp.type, retention.bytes and retention.ms act; with cleanup.policy=compact keys are mandatory, but compaction happens only on demand, and then obeys delete.retention.ms; all others are kept and told, and change nothing.',
  ],
  handle({ topics, validateOnly = false }, { broker }) {
    const names = topics.map(({ topic }) => topic);
    const isTwice = (name: string): boolean => names.indexOf(name) !== names.lastIndexOf(name);
    const once = topics.filter(({ topic }, at) => names.indexOf(topic) === at);
    return {
      throttleTimeMs: 0,
      topics: once.map((topic) =>
        isTwice(topic.topic)
          ? failed(topic.topic, errorCode.INVALID_REQUEST, 'Duplicate topic name.')
          : create(topic, validateOnly, broker),
      ),
    };
  },
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
    // As in Kafka, a topic that is only checked has an id too, which nobody will ever have.
    topicId: topic?.id ?? randomBytes(16).toString('base64url'),
    partitions,
    replicationFactor: broker.cluster.nodes.length,
    configs: configsOf(topic?.configs ?? settings),
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
  const rival = topics.all.find(({ name }) => sameMetric(name, topic));
  if (rival !== undefined)
    return ['INVALID_TOPIC_EXCEPTION', `Topic '${topic}' collides with topic '${rival.name}'.`];
  for (const { name, value } of configs) {
    const problem = configProblem(name, value);
    if (problem !== undefined) return ['INVALID_CONFIG', problem];
  }
  if (assignments.length > 0) {
    const ids = cluster.nodes.map(({ nodeId }) => nodeId);
    if (partitions !== -1 || replicationFactor !== -1)
      return ['INVALID_REQUEST', 'Give either numbers or assignments of replicas.'];
    const known = assignments.every(
      ({ brokerIds, partition }) => isPlacement(brokerIds, ids) && partition < assignments.length,
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

/** Whether the brokers may hold a partition's replicas: each at most once, and there must be one. */
export function isPlacement(brokerIds: readonly number[], known: readonly number[]): boolean {
  return (
    brokerIds.length > 0 &&
    brokerIds.every((id) => known.includes(id)) &&
    new Set(brokerIds).size === brokerIds.length
  );
}

/** Names of metrics have underscores for dots, so that two topics could not be told apart there. */
function sameMetric(one: string, other: string): boolean {
  return one.replaceAll('.', '_') === other.replaceAll('.', '_');
}

function configsOf(configs: ReadonlyMap<string, string>): NonNullable<CreatedTopic['configs']> {
  return describeTopicConfigs(configs, null).map(
    ({ name, value, readOnly, source, sensitive }) => ({
      name,
      value,
      readOnly,
      source,
      sensitive,
    }),
  );
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
    configs: [],
  };
}
