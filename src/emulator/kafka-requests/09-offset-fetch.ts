import { errorCode, offsetFetchServerApi } from '../../protocol/index.ts';
import { GroupOffsets } from '../kafka-groups/group-offsets.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** OffsetFetch v1-v8. */
export const offsetFetch: Endpoint = defineEndpoint({
  api: offsetFetchServerApi,
  gaps: ['v0 (ZooKeeper), v9 (groups of KIP-848) and v10 (topics by id) are not served.'],
  handle: ({ groups, requireStable }, { broker }) => ({
    throttleTimeMs: 0,
    groups: groups.map(({ groupId, topics }) => ({
      groupId,
      errorCode: errorCode.NONE,
      topics: (broker.groups.get(groupId)?.offsets ?? new GroupOffsets()).fetch(
        topics,
        requireStable,
      ),
    })),
  }),
  refuse: ({ groups }, code) => ({
    throttleTimeMs: 0,
    groups: groups.map(({ groupId, topics }) => ({
      groupId,
      errorCode: code,
      topics: new GroupOffsets().fetch(topics ?? []).map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map((each) => ({ ...each, errorCode: code })),
      })),
    })),
  }),
});
