import { errorCode, heartbeatServerApi } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** Heartbeat v0-v4. */
export const heartbeat: Endpoint = defineEndpoint({
  api: heartbeatServerApi,
  gaps: [],
  needs: ({ groupId }) => ({ group: groupId }),
  handle: (request, { broker }) => ({
    throttleTimeMs: 0,
    errorCode:
      request.groupId === ''
        ? errorCode.INVALID_GROUP_ID
        : (broker.groups.get(request.groupId)?.heartbeat(request) ?? errorCode.UNKNOWN_MEMBER_ID),
  }),
  refuse: (_, code) => ({ throttleTimeMs: 0, errorCode: code }),
});
