import { deleteGroupsServerApi } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** DeleteGroups v0-v2: only groups without members. */
export const deleteGroups: Endpoint = defineEndpoint({
  api: deleteGroupsServerApi,
  gaps: [],
  handle: ({ groups }, { broker }) => ({
    throttleTimeMs: 0,
    groups: groups.map((groupId) => ({ groupId, errorCode: broker.groups.delete(groupId) })),
  }),
  refuse: ({ groups }, code) => ({
    throttleTimeMs: 0,
    groups: groups.map((groupId) => ({ groupId, errorCode: code })),
  }),
});
