import { errorCode, type LeaveGroupResponse, leaveGroupServerApi } from '../../protocol/index.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';

/** From this version on each member has an error of its own. */
const SEVERAL_MEMBERS_FROM = 3;

/** LeaveGroup v0-v5: dynamic members by id, static ones by instance id. */
export const leaveGroup: Endpoint = defineEndpoint({
  api: leaveGroupServerApi,
  gaps: [],
  needs: ({ groupId }) => ({ group: groupId }),
  handle(request, { broker, version }) {
    const { members } = request;
    if (request.groupId === '') return failed(errorCode.INVALID_GROUP_ID);
    const errors =
      broker.groups.get(request.groupId)?.leave(request) ??
      members.map(() => errorCode.UNKNOWN_MEMBER_ID);
    return {
      throttleTimeMs: 0,
      errorCode: version < SEVERAL_MEMBERS_FROM ? (errors[0] ?? 0) : errorCode.NONE,
      members: members.map(({ memberId, groupInstanceId = null }, at) => ({
        memberId,
        groupInstanceId,
        errorCode: errors[at] ?? 0,
      })),
    };
  },
  refuse: (_, code) => failed(code),
});

function failed(code: number): LeaveGroupResponse {
  return { throttleTimeMs: 0, errorCode: code, members: [] };
}
