// DescribeGroups v0-v5. Missing: v6 (an error message beside the code).
import { type Api, defineApi } from '../api.ts';
import type { Reader } from '../reader.ts';

export interface DescribeGroupsRequest {
  readonly groups: readonly string[];
}

export interface DescribedMember {
  readonly memberId: string;
  /** Null for dynamic members and before v4. */
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly metadata: Buffer;
  readonly assignment: Buffer;
}

export interface DescribedGroup {
  readonly errorCode: number;
  readonly groupId: string;
  /** `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Stable`, `Dead`. */
  readonly state: string;
  readonly protocolType: string;
  /** Name of the assignor. */
  readonly protocol: string;
  readonly members: readonly DescribedMember[];
}

export interface DescribeGroupsResponse {
  readonly throttleTimeMs: number;
  readonly groups: readonly DescribedGroup[];
}

export const describeGroupsApi: Api<DescribeGroupsRequest, DescribeGroupsResponse> = defineApi({
  key: 15,
  name: 'DescribeGroups',
  versions: { min: 0, max: 5 },
  flexibleFrom: 5,
  write(to, { groups }, version) {
    to.stringArray(groups);
    if (version >= 3) to.boolean(false);
  },
  read(from, version) {
    const throttleTimeMs = version >= 1 ? from.int32() : 0;
    const groups = from.array((one) => readGroup(one, version));
    from.tags();
    return { throttleTimeMs, groups };
  },
});

function readGroup(from: Reader, version: number): DescribedGroup {
  const group = {
    errorCode: from.int16(),
    groupId: from.string(),
    state: from.string(),
    protocolType: from.string(),
    protocol: from.string(),
    members: from.array((one) => readMember(one, version)),
  };
  if (version >= 3) from.int32();
  from.tags();
  return group;
}

function readMember(from: Reader, version: number): DescribedMember {
  const member = {
    memberId: from.string(),
    groupInstanceId: version >= 4 ? from.nullableString() : null,
    clientId: from.string(),
    clientHost: from.string(),
    metadata: from.bytes(),
    assignment: from.bytes(),
  };
  from.tags();
  return member;
}
