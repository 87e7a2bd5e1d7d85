import { errorCode, type OffsetCommitRequest } from '../../protocol/index.ts';
import type { AnyGroup, Groups } from './groups.ts';

/** From this version of OffsetCommit on a group that is unknown is said to be. */
const NOT_FOUND_FROM = 9;

/** The group a commit goes to, or why it goes nowhere. A group without members takes commits from anybody who claims none. */
export function groupForCommit(
  groups: Groups,
  request: OffsetCommitRequest,
  version: number,
): AnyGroup | number {
  const { groupId, generationId, memberId, groupInstanceId = null } = request;
  const group = groups.find(groupId);
  if (group === undefined) {
    if (generationId < 0) return groups.getOrCreate(groupId);
    return version < NOT_FOUND_FROM ? errorCode.ILLEGAL_GENERATION : errorCode.GROUP_ID_NOT_FOUND;
  }
  if (group.type === 'consumer') return group.commitProblem(request, version) || group;
  if (generationId < 0 && group.members.size === 0) return group;
  if (isAnonymous(generationId, memberId, groupInstanceId)) return errorCode.UNKNOWN_MEMBER_ID;
  const problem = group.generationProblem(request);
  if (problem !== errorCode.NONE) return problem;
  group.touch(memberId);
  return group.state === 'CompletingRebalance' ? errorCode.REBALANCE_IN_PROGRESS : group;
}

/** As `groupForCommit`, inside a transaction: clients from before KIP-447 name no member, and the transaction is enough. */
export function groupForTransaction(
  groups: Groups,
  request: OffsetCommitRequest,
): AnyGroup | number {
  const { groupId, generationId, memberId, groupInstanceId = null } = request;
  if (groupId === '') return errorCode.INVALID_GROUP_ID;
  const group = groups.find(groupId);
  if (isAnonymous(generationId, memberId, groupInstanceId))
    return group ?? groups.getOrCreate(groupId);
  if (group === undefined) return errorCode.ILLEGAL_GENERATION;
  return group.type === 'consumer'
    ? group.epochProblem(memberId, generationId) || group
    : group.generationProblem(request) || group;
}

function isAnonymous(generation: number, memberId: string, instanceId: string | null): boolean {
  return generation < 0 && memberId === '' && instanceId === null;
}
