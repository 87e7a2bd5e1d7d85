import {
  type SyncGroupRequest,
  type SyncGroupResponse,
  syncGroupApi,
} from '../apis/14-sync-group.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const syncGroupServerApi: ServerApi<SyncGroupRequest, SyncGroupResponse> = defineServerApi(
  syncGroupApi,
  {
    readRequest: (from, version) => ({
      groupId: from.string(),
      generationId: from.int32(),
      memberId: from.string(),
      groupInstanceId: version >= 3 ? from.nullableString() : null,
      // Left out is not the same as null: from v5 on they must be given.
      ...(version >= 5 && {
        protocolType: from.nullableString(),
        protocolName: from.nullableString(),
      }),
      assignments: from.array((one) => {
        const assignment = { memberId: one.string(), assignment: one.bytes() };
        one.tags();
        return assignment;
      }),
    }),
    writeResponse(to, response, version) {
      if (version >= 1) to.int32(response.throttleTimeMs);
      to.int16(response.errorCode);
      if (version >= 5) {
        to.nullableString(response.protocolType);
        to.nullableString(response.protocolName);
      }
      to.bytes(response.assignment);
    },
  },
);
