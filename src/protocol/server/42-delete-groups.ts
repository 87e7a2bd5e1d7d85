import {
  type DeleteGroupsRequest,
  type DeleteGroupsResponse,
  deleteGroupsApi,
} from '../apis/42-delete-groups.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const deleteGroupsServerApi: ServerApi<DeleteGroupsRequest, DeleteGroupsResponse> =
  defineServerApi(deleteGroupsApi, {
    readRequest: (from) => ({ groups: from.stringArray() }),
    writeResponse(to, { throttleTimeMs, groups }) {
      to.int32(throttleTimeMs);
      to.array(groups, (one, { groupId, errorCode }) => {
        one.string(groupId);
        one.int16(errorCode);
        one.tags();
      });
    },
  });
