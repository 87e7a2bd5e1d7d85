import { errorCode } from '../../protocol/index.ts';
import type { CoordinatorOf } from '../kafka/coordinators.ts';
import type { Partition } from '../kafka-log/partition.ts';
import type { Call } from './endpoint.ts';

/** Whether the broker that was asked coordinates the group or the transaction. */
export function coordinates({ broker, node }: Call, of: CoordinatorOf): boolean {
  return broker.cluster.coordinator(of) === node;
}

/**
 * The partition, if the broker that was asked leads it and the client's belief about the leader epoch (-1: it has none) is right;
 * else the error. In the order of Kafka's `Partition.localLogWithEpochOrThrow`.
 */
export function ledPartition(
  { broker, node }: Call,
  topic: string,
  index: number,
  believedEpoch: number = -1,
): Partition | number {
  const partition = broker.topics.partition(topic, index);
  if (partition === undefined) return errorCode.UNKNOWN_TOPIC_OR_PARTITION;
  const { leaderId, leaderEpoch } = broker.cluster.leader(topic, index);
  if (believedEpoch > leaderEpoch) return errorCode.UNKNOWN_LEADER_EPOCH;
  if (believedEpoch >= 0 && believedEpoch < leaderEpoch) return errorCode.FENCED_LEADER_EPOCH;
  return leaderId === node.nodeId ? partition : errorCode.NOT_LEADER_OR_FOLLOWER;
}
