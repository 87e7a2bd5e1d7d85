// JoinGroup v2-v9: all that live brokers offer, less v0 and v1 (no throttle time).
import { type Api, defineApi, requireVersion } from '../api.ts';
import type { Reader } from '../reader.ts';

export interface JoinGroupProtocol {
  /** Assignor name. */
  readonly name: string;
  /** Subscription, see `encodeSubscription`. */
  readonly metadata: Buffer;
}

export interface JoinGroupRequest {
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** Empty on the first join; from v4 the broker answers MEMBER_ID_REQUIRED with the id to use. */
  readonly memberId: string;
  /** Static membership, needs v5. @default null */
  readonly groupInstanceId?: string | null;
  /** `consumer` for consumer groups. */
  readonly protocolType: string;
  /** Most preferred first. */
  readonly protocols: readonly JoinGroupProtocol[];
  /** Why we join, for the broker's log. Sent from v8. @default null */
  readonly reason?: string | null;
}

export interface JoinGroupMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly metadata: Buffer;
}

export interface JoinGroupResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly generationId: number;
  /** Null before v7. */
  readonly protocolType: string | null;
  /** Null with an error (v7+); earlier versions send an empty string. */
  readonly protocolName: string | null;
  readonly leader: string;
  /** The leader must not compute an assignment: a static leader came back and keeps the old one (v9). */
  readonly skipAssignment: boolean;
  /** Also set with MEMBER_ID_REQUIRED. */
  readonly memberId: string;
  /** Filled for the leader only. */
  readonly members: readonly JoinGroupMember[];
}

export const joinGroupApi: Api<JoinGroupRequest, JoinGroupResponse> = defineApi({
  key: 11,
  name: 'JoinGroup',
  versions: { min: 2, max: 9 },
  flexibleFrom: 6,
  write(to, request, version) {
    const { groupInstanceId = null, reason = null } = request;
    to.string(request.groupId);
    to.int32(request.sessionTimeoutMs);
    to.int32(request.rebalanceTimeoutMs);
    to.string(request.memberId);
    if (groupInstanceId !== null) requireVersion('JoinGroup', 'a group instance id', version, 5);
    if (version >= 5) to.nullableString(groupInstanceId);
    to.string(request.protocolType);
    to.array(request.protocols, (one, { name, metadata }) => {
      one.string(name);
      one.bytes(metadata);
      one.tags();
    });
    if (version >= 8) to.nullableString(reason);
  },
  read(from, version) {
    const response = {
      throttleTimeMs: from.int32(),
      errorCode: from.int16(),
      generationId: from.int32(),
      protocolType: version >= 7 ? from.nullableString() : null,
      protocolName: from.nullableString(),
      leader: from.string(),
      skipAssignment: version >= 9 ? from.boolean() : false,
      memberId: from.string(),
      members: from.array((one) => readMember(one, version)),
    };
    from.tags();
    return response;
  },
});

function readMember(from: Reader, version: number): JoinGroupMember {
  const member = {
    memberId: from.string(),
    groupInstanceId: version >= 5 ? from.nullableString() : null,
    metadata: from.bytes(),
  };
  from.tags();
  return member;
}
