import {
  type ListGroupsRequest,
  type ListGroupsResponse,
  listGroupsApi,
} from '../apis/16-list-groups.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const listGroupsServerApi: ServerApi<ListGroupsRequest, ListGroupsResponse> =
  defineServerApi(listGroupsApi, {
    readRequest: (from, version) => ({
      states: version >= 4 ? from.stringArray() : [],
      types: version >= 5 ? from.stringArray() : [],
    }),
    writeResponse(to, { throttleTimeMs, errorCode, groups }, version) {
      if (version >= 1) to.int32(throttleTimeMs);
      to.int16(errorCode);
      to.array(groups, (one, { groupId, protocolType, state, type }) => {
        one.string(groupId);
        one.string(protocolType);
        if (version >= 4) one.string(state ?? '');
        if (version >= 5) one.string(type ?? '');
        one.tags();
      });
    },
  });
