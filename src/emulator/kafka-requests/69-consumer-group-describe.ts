import {
  CONSUMER_MEMBER,
  consumerGroupDescribeServerApi,
  type DescribedConsumerGroup,
  errorCode,
  type NamedTopicPartitions,
} from '../../protocol/index.ts';
import type { ConsumerGroup } from '../kafka-groups/consumer-group.ts';
import { PartitionSet } from '../kafka-groups/partition-set.ts';
import type { Topics } from '../kafka-log/topics.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { coordinates } from './right-broker.ts';

/** ConsumerGroupDescribe v0-v1: groups of KIP-848. */
export const consumerGroupDescribe: Endpoint = defineEndpoint({
  api: consumerGroupDescribeServerApi,
  gaps: ['Authorized operations are not told: there is no authorization.'],
  handle: ({ groups }, call) => ({
    throttleTimeMs: 0,
    groups: groups.map((id) => {
      if (!coordinates(call, { group: id })) return unknown(id, errorCode.NOT_COORDINATOR, null);
      const group = call.broker.groups.consumerGroup(id);
      return group === undefined
        ? unknown(id, errorCode.GROUP_ID_NOT_FOUND, `There is no consumer group ${id}.`)
        : describe(group, call.broker.topics);
    }),
  }),
  refuse: ({ groups }, code) => ({
    throttleTimeMs: 0,
    groups: groups.map((id) => unknown(id, code, null)),
  }),
});

function unknown(
  groupId: string,
  code: number,
  errorMessage: string | null,
): DescribedConsumerGroup {
  return {
    errorCode: code,
    errorMessage,
    groupId,
    state: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignor: '',
    members: [],
  };
}

function describe(group: ConsumerGroup, topics: Topics): DescribedConsumerGroup {
  return {
    ...unknown(group.id, errorCode.NONE, null),
    state: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignor: group.assignor,
    members: [...group.members.values()].map((member) => ({
      memberId: member.id,
      instanceId: member.instanceId,
      rackId: member.rackId,
      memberEpoch: member.epoch,
      ...member.client,
      subscribedTopics: [...member.subscribedTopics].sort(),
      subscribedRegex: member.subscribedRegex,
      // What it has yet to give up is still its own.
      assignment: named(PartitionSet.union(member.assigned, member.revoking), topics),
      target: named(group.targetOf(member.id), topics),
      memberType: CONSUMER_MEMBER,
    })),
  };
}

/** A topic that is gone has no name. */
function named(set: PartitionSet, topics: Topics): readonly NamedTopicPartitions[] {
  return set.toTopics().flatMap(({ topicId, partitions }) => {
    const topic = topics.withId(topicId)?.name;
    return topic === undefined ? [] : [{ topicId, topic, partitions }];
  });
}
