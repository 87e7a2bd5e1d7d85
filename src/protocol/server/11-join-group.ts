import {
  type JoinGroupRequest,
  type JoinGroupResponse,
  joinGroupApi,
} from '../apis/11-join-group.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const joinGroupServerApi: ServerApi<JoinGroupRequest, JoinGroupResponse> = defineServerApi(
  joinGroupApi,
  {
    versions: { min: 0, max: joinGroupApi.versions.max },
    readRequest(from, version) {
      const groupId = from.string();
      const sessionTimeoutMs = from.int32();
      return {
        groupId,
        sessionTimeoutMs,
        rebalanceTimeoutMs: version >= 1 ? from.int32() : sessionTimeoutMs,
        memberId: from.string(),
        groupInstanceId: version >= 5 ? from.nullableString() : null,
        protocolType: from.string(),
        protocols: from.array((one) => {
          const protocol = { name: one.string(), metadata: one.bytes() };
          one.tags();
          return protocol;
        }),
        reason: version >= 8 ? from.nullableString() : null,
      };
    },
    writeResponse(to, response, version) {
      if (version >= 2) to.int32(response.throttleTimeMs);
      to.int16(response.errorCode);
      to.int32(response.generationId);
      if (version >= 7) to.nullableString(response.protocolType);
      if (version >= 7) to.nullableString(response.protocolName);
      else to.string(response.protocolName ?? '');
      to.string(response.leader);
      if (version >= 9) to.boolean(response.skipAssignment);
      to.string(response.memberId);
      to.array(response.members, (one, { memberId, groupInstanceId, metadata }) => {
        one.string(memberId);
        if (version >= 5) one.nullableString(groupInstanceId);
        one.bytes(metadata);
        one.tags();
      });
    },
  },
);
