import {
  type LeaveGroupRequest,
  type LeaveGroupResponse,
  leaveGroupApi,
} from '../apis/13-leave-group.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const leaveGroupServerApi: ServerApi<LeaveGroupRequest, LeaveGroupResponse> =
  defineServerApi(leaveGroupApi, {
    readRequest(from, version) {
      const groupId = from.string();
      if (version < 3) return { groupId, members: [{ memberId: from.string() }] };
      const members = from.array((one) => {
        const member = {
          memberId: one.string(),
          groupInstanceId: one.nullableString(),
          reason: version >= 5 ? one.nullableString() : null,
        };
        one.tags();
        return member;
      });
      return { groupId, members };
    },
    writeResponse(to, { throttleTimeMs, errorCode, members }, version) {
      if (version >= 1) to.int32(throttleTimeMs);
      to.int16(errorCode);
      if (version >= 3)
        to.array(members, (one, member) => {
          one.string(member.memberId);
          one.nullableString(member.groupInstanceId);
          one.int16(member.errorCode);
          one.tags();
        });
    },
  });
