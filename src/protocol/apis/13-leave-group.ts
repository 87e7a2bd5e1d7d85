// LeaveGroup v0-v5: all versions there are. Several members at once, and static ones, from v3.
import { type Api, defineApi, requireVersion } from '../api.ts';
import { ProtocolError } from '../protocol-error.ts';

export interface LeavingMember {
  /** May be empty beside a group instance id. */
  readonly memberId: string;
  /** Needs v3. @default null */
  readonly groupInstanceId?: string | null;
  /** For the broker's log. Sent from v5. @default null */
  readonly reason?: string | null;
}

export interface LeaveGroupRequest {
  readonly groupId: string;
  /** Exactly one before v3. */
  readonly members: readonly LeavingMember[];
}

export interface LeftMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly errorCode: number;
}

export interface LeaveGroupResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  /** Empty before v3. */
  readonly members: readonly LeftMember[];
}

export const leaveGroupApi: Api<LeaveGroupRequest, LeaveGroupResponse> = defineApi({
  key: 13,
  name: 'LeaveGroup',
  versions: { min: 0, max: 5 },
  flexibleFrom: 4,
  write(to, { groupId, members }, version) {
    to.string(groupId);
    if (version < 3) {
      to.string(onlyMember(members, version).memberId);
      return;
    }
    to.array(members, (one, { memberId, groupInstanceId = null, reason = null }) => {
      one.string(memberId);
      one.nullableString(groupInstanceId);
      if (version >= 5) one.nullableString(reason);
      one.tags();
    });
  },
  read(from, version) {
    const throttleTimeMs = version >= 1 ? from.int32() : 0;
    const errorCode = from.int16();
    if (version < 3) return { throttleTimeMs, errorCode, members: [] };
    const members = from.array((one) => {
      const member = {
        memberId: one.string(),
        groupInstanceId: one.nullableString(),
        errorCode: one.int16(),
      };
      one.tags();
      return member;
    });
    from.tags();
    return { throttleTimeMs, errorCode, members };
  },
});

function onlyMember(members: readonly LeavingMember[], version: number): LeavingMember {
  const [member] = members;
  if (member === undefined || members.length > 1)
    throw new ProtocolError(
      'UNSUPPORTED',
      `LeaveGroup v${version} carries one member, not ${members.length}.`,
    );
  if (member.groupInstanceId != null)
    requireVersion('LeaveGroup', 'a group instance id', version, 3);
  return member;
}
