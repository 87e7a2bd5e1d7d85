import { errorCode } from '../../protocol/index.ts';
import { LEADER_EPOCH } from '../kafka-log/batch-log.ts';

/** What is wrong with the leader epoch a client believes in (-1: it has no belief), or 0. */
export function leaderEpochProblem(believed: number = -1): number {
  if (believed > LEADER_EPOCH) return errorCode.UNKNOWN_LEADER_EPOCH;
  return believed >= 0 && believed < LEADER_EPOCH ? errorCode.FENCED_LEADER_EPOCH : errorCode.NONE;
}
