// Heartbeat v0-v4: all versions there are.
import { type Api, defineApi, requireVersion } from '../api.ts';

export interface HeartbeatRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  /** Static membership, needs v3. @default null */
  readonly groupInstanceId?: string | null;
}

export interface HeartbeatResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
}

export const heartbeatApi: Api<HeartbeatRequest, HeartbeatResponse> = defineApi({
  key: 12,
  name: 'Heartbeat',
  versions: { min: 0, max: 4 },
  flexibleFrom: 4,
  write(to, { groupId, generationId, memberId, groupInstanceId = null }, version) {
    to.string(groupId);
    to.int32(generationId);
    to.string(memberId);
    if (groupInstanceId !== null) requireVersion('Heartbeat', 'a group instance id', version, 3);
    if (version >= 3) to.nullableString(groupInstanceId);
  },
  read(from, version) {
    const response = {
      throttleTimeMs: version >= 1 ? from.int32() : 0,
      errorCode: from.int16(),
    };
    from.tags();
    return response;
  },
});
