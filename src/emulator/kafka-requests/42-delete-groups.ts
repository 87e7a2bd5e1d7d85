import { deleteGroupsServerApi, errorCode } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { coordinates } from './right-broker.ts';

/** DeleteGroups v0-v2: only groups without members. */
export const deleteGroups: Endpoint = defineEndpoint({
  api: deleteGroupsServerApi,
  gaps: [],
  handle: ({ groups }, call) => ({
    throttleTimeMs: 0,
    groups: groups.map((groupId) => ({
      groupId,
      errorCode: coordinates(call, { group: groupId })
        ? call.broker.groups.delete(groupId)
        : errorCode.NOT_COORDINATOR,
    })),
  }),
  refuse: ({ groups }, code) => ({
    throttleTimeMs: 0,
    groups: groups.map((groupId) => ({ groupId, errorCode: code })),
  }),
});
