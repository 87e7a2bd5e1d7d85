import {
  type DescribedGroup,
  type DescribeGroupsRequest,
  type DescribeGroupsResponse,
  describeGroupsApi,
} from '../apis/15-describe-groups.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

/** Says that authorized operations were not asked for. */
const NO_OPERATIONS = -2_147_483_648;

export interface ServedDescribeGroupsResponse extends DescribeGroupsResponse {
  readonly groups: readonly (DescribedGroup & {
    /** Sent from v6. @default null */
    readonly errorMessage?: string | null;
  })[];
}

export const describeGroupsServerApi: ServerApi<
  DescribeGroupsRequest,
  ServedDescribeGroupsResponse
> = defineServerApi(describeGroupsApi, {
  versions: { min: describeGroupsApi.versions.min, max: 6 },
  readRequest(from, version) {
    const groups = from.stringArray();
    if (version >= 3) from.boolean(); // authorized operations
    return { groups };
  },
  writeResponse(to, { throttleTimeMs, groups }, version) {
    if (version >= 1) to.int32(throttleTimeMs);
    to.array(groups, (one, group) => {
      one.int16(group.errorCode);
      if (version >= 6) one.nullableString(group.errorMessage);
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
