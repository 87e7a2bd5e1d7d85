// SyncGroup v0-v5: all versions there are.
import { type Api, defineApi, requireVersion } from '../api.ts';

export interface SyncGroupAssignment {
  readonly memberId: string;
  /** See `encodeAssignment`. */
  readonly assignment: Buffer;
}

export interface SyncGroupRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  /** Static membership, needs v3. @default null */
  readonly groupInstanceId?: string | null;
  /** Both must be what JoinGroup answered; sent from v5. @default null */
  readonly protocolType?: string | null;
  /** @default null */
  readonly protocolName?: string | null;
  /** From the leader: one entry for every member. From others: empty. */
  readonly assignments: readonly SyncGroupAssignment[];
}

export interface SyncGroupResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  /** Null before v5. */
  readonly protocolType: string | null;
  /** Null before v5. */
  readonly protocolName: string | null;
  /** Empty with an error. */
  readonly assignment: Buffer;
}

export const syncGroupApi: Api<SyncGroupRequest, SyncGroupResponse> = defineApi({
  key: 14,
  name: 'SyncGroup',
  versions: { min: 0, max: 5 },
  flexibleFrom: 4,
  write(to, request, version) {
    const { groupInstanceId = null, protocolType = null, protocolName = null } = request;
    to.string(request.groupId);
    to.int32(request.generationId);
    to.string(request.memberId);
    if (groupInstanceId !== null) requireVersion('SyncGroup', 'a group instance id', version, 3);
    if (version >= 3) to.nullableString(groupInstanceId);
    if (version >= 5) {
      to.nullableString(protocolType);
      to.nullableString(protocolName);
    }
    to.array(request.assignments, (one, { memberId, assignment }) => {
      one.string(memberId);
      one.bytes(assignment);
      one.tags();
    });
  },
  read(from, version) {
    const response = {
      throttleTimeMs: version >= 1 ? from.int32() : 0,
      errorCode: from.int16(),
      protocolType: version >= 5 ? from.nullableString() : null,
      protocolName: version >= 5 ? from.nullableString() : null,
      assignment: from.bytes(),
    };
    from.tags();
    return response;
  },
});
