import { errorCode, syncGroupServerApi } from '../../protocol/index.ts';
import { notSynced } from '../kafka-groups/group-answers.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** SyncGroup v0-v5. */
export const syncGroup: Endpoint = defineEndpoint({
  api: syncGroupServerApi,
  gaps: [],
  needs: ({ groupId }) => ({ group: groupId }),
  handle: (request, { broker }) =>
    request.groupId === ''
      ? notSynced(errorCode.INVALID_GROUP_ID)
      : (broker.groups.get(request.groupId)?.sync(request) ??
        notSynced(errorCode.UNKNOWN_MEMBER_ID)),
  refuse: (_, code) => notSynced(code),
});
