import {
  errorCode,
  type OffsetFetchTopic,
  offsetFetchServerApi,
  type ServedOffsetFetchResponse,
} from '../../protocol/index.ts';
import { GroupOffsets } from '../kafka-groups/group-offsets.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { coordinates } from './right-broker.ts';

/** OffsetFetch v1-v9. */
export const offsetFetch: Endpoint = defineEndpoint({
  api: offsetFetchServerApi,
  gaps: ['v0 (ZooKeeper) and v10 (topics by id) are not served.'],
  handle: ({ groups, requireStable }, call) => ({
    throttleTimeMs: 0,
    groups: groups.map(({ groupId, memberId, memberEpoch, topics }) => {
      if (!coordinates(call, { group: groupId }))
        return refused(groupId, topics, errorCode.NOT_COORDINATOR);
      const group = call.broker.groups.find(groupId);
      const asMember = group?.type === 'consumer' && (memberId !== null || memberEpoch >= 0);
      const problem = asMember ? group.epochProblem(memberId ?? '', memberEpoch) : errorCode.NONE;
      if (problem !== errorCode.NONE) return { groupId, errorCode: problem, topics: [] };
      const offsets = group?.offsets ?? new GroupOffsets();
      return { groupId, errorCode: errorCode.NONE, topics: offsets.fetch(topics, requireStable) };
    }),
  }),
  refuse: ({ groups }, code) => ({
    throttleTimeMs: 0,
    groups: groups.map(({ groupId, topics }) => refused(groupId, topics, code)),
  }),
});

function refused(
  groupId: string,
  topics: readonly OffsetFetchTopic[] | null,
  code: number,
): ServedOffsetFetchResponse['groups'][number] {
  return {
    groupId,
    errorCode: code,
    topics: new GroupOffsets().fetch(topics ?? []).map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((each) => ({ ...each, errorCode: code })),
    })),
  };
}
