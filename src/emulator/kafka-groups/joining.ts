import { randomUUID } from 'node:crypto';
import {
  errorCode,
  type JoinGroupProtocol,
  type JoinGroupRequest,
  type JoinGroupResponse,
} from '../../protocol/index.ts';
import type { Group } from './group.ts';
import { notJoined } from './group-answers.ts';
import {
  chosenProtocol,
  commonProtocols,
  type GroupClient,
  type GroupMember,
  newMember,
  sameProtocols,
} from './group-member.ts';

/** From this version on a new member must first take its id, and join with it (KIP-394). */
const MEMBER_ID_REQUIRED_FROM = 4;
/** From this version on a returning static leader is told that it leads, and to leave the assignment alone. */
const SKIP_ASSIGNMENT_FROM = 9;

type Answer = JoinGroupResponse | Promise<JoinGroupResponse>;

/** A JoinGroup, by the rules of `GroupMetadataManager.classicGroupJoinToClassicGroup`. */
export function joinGroup(
  group: Group,
  request: JoinGroupRequest,
  version: number,
  client: GroupClient,
  maxSize: number = Number.POSITIVE_INFINITY,
): Answer {
  if (!acceptsProtocols(group, request))
    return notJoined(errorCode.INCONSISTENT_GROUP_PROTOCOL, request.memberId);
  const isNew = request.memberId === '' && !group.staticMembers.has(request.groupInstanceId ?? '');
  if (isNew && group.members.size + group.pending.size >= maxSize)
    return notJoined(errorCode.GROUP_MAX_SIZE_REACHED, '');
  return request.memberId === ''
    ? joinAsNewcomer(group, request, version, client)
    : joinWithId(group, request, client);
}

function joinAsNewcomer(
  group: Group,
  request: JoinGroupRequest,
  version: number,
  client: GroupClient,
): Answer {
  const { groupInstanceId = null, sessionTimeoutMs } = request;
  const id = `${groupInstanceId ?? client.clientId}-${randomUUID()}`;
  if (groupInstanceId === null && version >= MEMBER_ID_REQUIRED_FROM) {
    group.addPending(id, sessionTimeoutMs);
    return notJoined(errorCode.MEMBER_ID_REQUIRED, id);
  }
  const old = group.members.get(group.staticMembers.get(groupInstanceId ?? '') ?? '');
  if (groupInstanceId !== null && old !== undefined)
    return comeBack(group, old, id, request, version);
  return addMember(group, id, request, client);
}

function joinWithId(group: Group, request: JoinGroupRequest, client: GroupClient): Answer {
  const { memberId } = request;
  if (group.forgetPending(memberId)) return addMember(group, memberId, request, client);
  const problem = group.memberProblem(request);
  const member = group.members.get(memberId);
  if (problem !== errorCode.NONE || member === undefined) return notJoined(problem, memberId);
  const changed = !sameProtocols(member.protocols, request.protocols);
  const nothingNew =
    !changed &&
    (group.state === 'CompletingRebalance' ||
      (group.state === 'Stable' && member.id !== group.leader));
  update(member, request);
  if (!nothingNew) return wait(group, member);
  group.touch(member.id);
  return group.joined(member);
}

function addMember(
  group: Group,
  id: string,
  request: JoinGroupRequest,
  client: GroupClient,
): Answer {
  const { groupInstanceId = null, sessionTimeoutMs, rebalanceTimeoutMs, protocols } = request;
  if (group.members.size === 0) group.protocolType = request.protocolType;
  const member = newMember({
    id,
    instanceId: groupInstanceId,
    client,
    protocols: kept(protocols),
    sessionTimeoutMs,
    rebalanceTimeoutMs,
  });
  group.add(member);
  return wait(group, member);
}

/** A static member that comes back takes its place, and in a stable group that is all: nobody has to move (KIP-345). */
function comeBack(
  group: Group,
  old: GroupMember,
  id: string,
  request: JoinGroupRequest,
  version: number,
): Answer {
  const oldLeader = group.leader;
  const member = group.replace(old, id);
  update(member, request);
  const sameChoice = chosenProtocol([...group.members.values()]) === group.protocol;
  if (group.state !== 'Stable' || !sameChoice) return wait(group, member);
  group.touch(id);
  const answer = group.joined(member);
  if (oldLeader !== old.id) return answer;
  return version >= SKIP_ASSIGNMENT_FROM
    ? { ...answer, skipAssignment: true }
    : { ...answer, leader: oldLeader, members: [] };
}

/** The member waits until all others have joined as well. */
function wait(group: Group, member: GroupMember): Promise<JoinGroupResponse> {
  return new Promise((resolve) => {
    member.join?.(notJoined(errorCode.REBALANCE_IN_PROGRESS, member.id));
    member.join = resolve;
    group.touch(member.id);
    group.prepareRebalance();
  });
}

function update(member: GroupMember, request: JoinGroupRequest): void {
  member.protocols = kept(request.protocols);
  member.sessionTimeoutMs = request.sessionTimeoutMs;
  member.rebalanceTimeoutMs = request.rebalanceTimeoutMs;
}

function acceptsProtocols(group: Group, { protocolType, protocols }: JoinGroupRequest): boolean {
  if (protocols.length === 0 || protocolType === '') return false;
  if (group.members.size === 0) return true;
  if (protocolType !== group.protocolType) return false;
  // What the one who asks said before counts as well (`ClassicGroup.supportsProtocols`).
  const common = commonProtocols([...group.members.values()]);
  return protocols.some(({ name }) => common.has(name));
}

/** Copied: the request's bytes are views on what the socket received. */
function kept(protocols: readonly JoinGroupProtocol[]): readonly JoinGroupProtocol[] {
  return protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) }));
}
