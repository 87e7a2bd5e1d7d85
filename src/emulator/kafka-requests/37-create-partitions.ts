import {
  type CreatePartitionsResult,
  type CreatePartitionsTopic,
  createPartitionsServerApi,
  errorCode,
  type KafkaErrorName,
} from '../../protocol/index.ts';
import type { BrokerState } from '../kafka/broker-state.ts';
import { isPlacement } from './19-create-topics.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** CreatePartitions v0-v3. */
export const createPartitions: Endpoint = defineEndpoint({
  api: createPartitionsServerApi,
  gaps: [
    'Assignments of replicas are checked and change nothing: each broker has one of everything.',
  ],
  handle: ({ topics, validateOnly = false }, { broker }) => ({
    throttleTimeMs: 0,
    topics: topics.map((wanted) => grow(wanted, validateOnly, broker)),
  }),
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ topic }) => ({ topic, errorCode: code, errorMessage: null })),
  }),
});

function grow(
  { topic: name, count, assignments = null }: CreatePartitionsTopic,
  validateOnly: boolean,
  broker: BrokerState,
): CreatePartitionsResult {
  const refused = (code: KafkaErrorName, errorMessage: string): CreatePartitionsResult => ({
    topic: name,
    errorCode: errorCode[code],
    errorMessage,
  });
  const topic = broker.topics.get(name);
  if (topic === undefined)
    return { topic: name, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, errorMessage: null };
  const now = topic.partitions.length;
  if (count <= now || count > broker.maxTopicPartitions)
    return refused(
      'INVALID_PARTITIONS',
      `Topic '${name}' has ${now} partitions; give more than that, at most ${broker.maxTopicPartitions}, not ${count}.`,
    );
  const ids = broker.cluster.nodes.map(({ nodeId }) => nodeId);
  const placed =
    assignments === null ||
    (assignments.length === count - now && assignments.every((each) => isPlacement(each, ids)));
  if (!placed)
    return refused(
      'INVALID_REPLICA_ASSIGNMENT',
      `${count - now} partitions are to be placed on the brokers ${ids.join(', ')}.`,
    );
  if (!validateOnly) broker.topics.grow(topic, count);
  return { topic: name, errorCode: errorCode.NONE, errorMessage: null };
}
