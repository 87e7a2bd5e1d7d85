import type { ConsumerGroupHeartbeatResponse } from '../../protocol/index.ts';
import type { ConsumerMember } from './consumer-member.ts';
import type { HeartbeatProblem } from './heartbeat-check.ts';

const NOTHING: ConsumerGroupHeartbeatResponse = {
  throttleTimeMs: 0,
  errorCode: 0,
  errorMessage: null,
  memberId: null,
  memberEpoch: 0,
  heartbeatIntervalMs: 0,
  assignment: null,
};

export function heartbeatRefused([
  errorCode,
  errorMessage,
]: HeartbeatProblem): ConsumerGroupHeartbeatResponse {
  return { ...NOTHING, errorCode, errorMessage };
}

/** `tells`: the assignment is in it. */
export function heartbeatAnswer(
  { id, epoch, assigned }: ConsumerMember,
  heartbeatIntervalMs: number,
  tells: boolean,
): ConsumerGroupHeartbeatResponse {
  return {
    ...NOTHING,
    memberId: id,
    memberEpoch: epoch,
    heartbeatIntervalMs,
    assignment: tells ? assigned.toTopics() : null,
  };
}
