import {
  decodeSubscription,
  errorCode,
  offsetDeleteServerApi,
  ProtocolError,
} from '../../protocol/index.ts';
import { type GroupMember, metadataOf } from '../kafka-groups/group-member.ts';
import type { AnyGroup } from '../kafka-groups/groups.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { perPartition } from './per-partition.ts';

/** OffsetDelete v0: not of topics that members of the group are subscribed to. */
export const offsetDelete: Endpoint = defineEndpoint({
  api: offsetDeleteServerApi,
  gaps: [],
  needs: ({ groupId }) => ({ group: groupId }),
  handle({ groupId, topics }, { broker }) {
    const group = broker.groups.find(groupId);
    if (group === undefined) return failed(errorCode.GROUP_ID_NOT_FOUND);
    const inUse = subscribedTopics(group);
    return {
      ...failed(errorCode.NONE),
      topics: perPartition(topics, (topic, partition) => {
        if (inUse.has(topic)) return { partition, errorCode: errorCode.GROUP_SUBSCRIBED_TO_TOPIC };
        if (broker.topics.partition(topic, partition) === undefined)
          return { partition, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION };
        group.offsets.delete(topic, partition);
        return { partition, errorCode: errorCode.NONE };
      }),
    };
  },
  refuse: (_, code) => failed(code),
});

function subscribedTopics(group: AnyGroup): { has(topic: string): boolean } {
  if (group.type === 'consumer') return { has: (topic) => group.isSubscribed(topic) };
  return new Set(
    [...group.members.values()].flatMap((member) => subscriptionOf(member, group.protocol)),
  );
}

/** Members of groups that are not of consumers say something else there: they use no topic we could know of. */
function subscriptionOf(member: GroupMember, protocol: string): readonly string[] {
  try {
    return decodeSubscription(metadataOf(member, protocol)).topics;
  } catch (error) {
    if (error instanceof ProtocolError) return [];
    throw error;
  }
}

function failed(code: number): { errorCode: number; throttleTimeMs: number; topics: [] } {
  return { errorCode: code, throttleTimeMs: 0, topics: [] };
}
