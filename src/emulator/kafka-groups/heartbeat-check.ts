import { type ConsumerGroupHeartbeatRequest, errorCode } from '../../protocol/index.ts';
import { AWAY_EPOCH, LEAVE_EPOCH } from './consumer-member.ts';
import { serverAssignors } from './server-assignors.ts';

/** An error and what is wrong. */
export type HeartbeatProblem = readonly [code: number, message: string];

/** From this version on members name themselves. */
const OWN_ID_FROM = 1;

/** What is wrong with a heartbeat, whatever the group (`GroupMetadataManager.throwIfConsumerGroupHeartbeatRequestIsInvalid`). */
export function heartbeatProblem(
  request: ConsumerGroupHeartbeatRequest,
  version: number,
): HeartbeatProblem | undefined {
  const { groupId, memberId, memberEpoch, instanceId, rackId, serverAssignor } = request;
  if (groupId === '') return invalid("GroupId can't be empty.");
  if (memberId === '' && (version >= OWN_ID_FROM || memberEpoch !== 0))
    return invalid("MemberId can't be empty.");
  if (instanceId === '') return invalid("InstanceId can't be empty.");
  if (rackId === '') return invalid("RackId can't be empty.");
  if (memberEpoch < AWAY_EPOCH) return invalid(`MemberEpoch is ${memberEpoch}.`);
  if (memberEpoch === AWAY_EPOCH && instanceId == null)
    return invalid('Only a member with an InstanceId can be away for a while.');
  const problem = memberEpoch === 0 ? joinProblem(request) : undefined;
  if (problem !== undefined) return problem;
  if (memberEpoch > LEAVE_EPOCH && serverAssignor != null && !(serverAssignor in serverAssignors))
    return [
      errorCode.UNSUPPORTED_ASSIGNOR,
      `ServerAssignor '${serverAssignor}' is none of ${Object.keys(serverAssignors).join(', ')}.`,
    ];
  return regexProblem(request);
}

/** The topics of an expression must fit it as a whole. */
export function expression(regex: string): RegExp {
  return new RegExp(`^(?:${regex})$`);
}

/** Who joins says everything. */
function joinProblem(request: ConsumerGroupHeartbeatRequest): HeartbeatProblem | undefined {
  const { rebalanceTimeoutMs = -1, subscribedTopics, subscribedRegex, owned } = request;
  if (rebalanceTimeoutMs === -1) return invalid('RebalanceTimeoutMs must be given to join.');
  if (owned == null || owned.length > 0) return invalid('TopicPartitions must be empty to join.');
  if (subscribedTopics == null && subscribedRegex == null)
    return invalid('SubscribedTopicNames or SubscribedTopicRegex must be given to join.');
  return undefined;
}

function regexProblem({
  subscribedRegex = null,
}: ConsumerGroupHeartbeatRequest): HeartbeatProblem | undefined {
  if (subscribedRegex === null) return undefined;
  try {
    expression(subscribedRegex);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [errorCode.INVALID_REGULAR_EXPRESSION, error.message];
  }
}

function invalid(message: string): HeartbeatProblem {
  return [errorCode.INVALID_REQUEST, message];
}
