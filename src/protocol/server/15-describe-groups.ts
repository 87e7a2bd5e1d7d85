import {
  type DescribeGroupsRequest,
  type DescribeGroupsResponse,
  describeGroupsApi,
} from '../apis/15-describe-groups.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

/** Says that authorized operations were not asked for. */
const NO_OPERATIONS = -2_147_483_648;

export const describeGroupsServerApi: ServerApi<DescribeGroupsRequest, DescribeGroupsResponse> =
  defineServerApi(describeGroupsApi, {
    readRequest(from, version) {
      const groups = from.stringArray();
      if (version >= 3) from.boolean(); // authorized operations
      return { groups };
    },
    writeResponse(to, { throttleTimeMs, groups }, version) {
      if (version >= 1) to.int32(throttleTimeMs);
      to.array(groups, (one, group) => {
        one.int16(group.errorCode);
        one.string(group.groupId);
        one.string(group.state);
        one.string(group.protocolType);
        one.string(group.protocol);
        one.array(group.members, (each, member) => {
          each.string(member.memberId);
          if (version >= 4) each.nullableString(member.groupInstanceId);
          each.string(member.clientId);
          each.string(member.clientHost);
          each.bytes(member.metadata);
          each.bytes(member.assignment);
          each.tags();
        });
        if (version >= 3) one.int32(NO_OPERATIONS);
        one.tags();
      });
    },
  });
