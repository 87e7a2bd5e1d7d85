import type { JoinGroupResponse, SyncGroupResponse } from '../../protocol/index.ts';

const NOTHING = Buffer.alloc(0);

/** A JoinGroup that failed. */
export function notJoined(errorCode: number, memberId: string): JoinGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  };
}

/** A SyncGroup that failed. */
export function notSynced(errorCode: number): SyncGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode,
    protocolType: null,
    protocolName: null,
    assignment: NOTHING,
  };
}
