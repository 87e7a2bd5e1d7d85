import { defineApi } from '../../../src/protocol/api.ts';
import {
  type Api,
  type DescribeGroupsRequest,
  describeGroupsApi,
  encodeSubscription,
  heartbeatApi,
  type JoinGroupRequest,
  type JoinGroupResponse,
  joinGroupApi,
  leaveGroupApi,
  type OffsetCommitRequest,
  type OffsetCommitResponse,
  offsetCommitApi,
  type SyncGroupResponse,
  syncGroupApi,
} from '../../../src/protocol/index.ts';
import type { Stage } from './stage.ts';

/** OffsetCommit v9, which has the layout of v8. */
export const newerOffsetCommitApi: Api<OffsetCommitRequest, OffsetCommitResponse> = {
  ...offsetCommitApi,
  encode: (request) => offsetCommitApi.encode(request, 8),
  decode: (body) => offsetCommitApi.decode(body, 8),
};

/** DescribeGroups v6 as far as groups without members go. */
export const newerDescribeGroupsApi: Api<DescribeGroupsRequest, unknown> = defineApi({
  key: describeGroupsApi.key,
  name: describeGroupsApi.name,
  versions: { min: 6, max: 6 },
  flexibleFrom: 5,
  write(to, { groups }) {
    to.stringArray(groups);
    to.boolean(false);
  },
  read(from) {
    const throttleTimeMs = from.int32();
    const groups = from.array((one) => {
      const group = {
        errorCode: one.int16(),
        errorMessage: one.nullableString(),
        groupId: one.string(),
        state: one.string(),
        protocolType: one.string(),
        protocol: one.string(),
        members: one.array(() => 'a member'),
      };
      one.int32();
      one.tags();
      return group;
    });
    from.tags();
    return { throttleTimeMs, groups };
  },
});

export function subscription(topics: readonly string[]): Buffer {
  return encodeSubscription({
    topics,
    userData: null,
    ownedPartitions: [],
    generationId: -1,
    rackId: null,
  });
}

export function joinRequest(
  groupId: string,
  over: Partial<JoinGroupRequest> = {},
): JoinGroupRequest {
  return {
    groupId,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.from('m') }],
    ...over,
  };
}

export interface Member {
  readonly groupId: string;
  readonly memberId: string;
  readonly generationId: number;
  readonly groupInstanceId?: string | null;
}

/** The assignments a leader sends: for each member `part`, or nothing for those it forgets. */
export function syncRequest(member: Member, parts: Readonly<Record<string, string>> = {}) {
  const assignments = Object.entries(parts).map(([memberId, part]) => ({
    memberId,
    assignment: Buffer.from(part),
  }));
  return { ...member, protocolType: 'consumer', protocolName: 'range', assignments };
}

/** A group of one member, stable. With version 3 no id has to be taken first. Nothing of it is compared. */
export async function loneMember(
  stage: Stage,
  group: string,
  over: Partial<JoinGroupRequest> = {},
): Promise<Member> {
  const groupId = stage.name(group);
  const { groupInstanceId = null } = over;
  const version = groupInstanceId === null ? 3 : 5;
  const joined = await stage.ask(joinGroupApi, joinRequest(groupId, over), version);
  const { memberId, generationId } = joined;
  const member = { groupId, memberId, generationId, groupInstanceId };
  await stage.ask(syncGroupApi, syncRequest(member, { [memberId]: 'all' }), 5);
  return member;
}

/** Two members of a stable group, the first its leader, over the connections `main` and `second`. Nothing of it is compared. */
export async function pairOfMembers(
  stage: Stage,
  group: string,
  over: Partial<JoinGroupRequest> = {},
): Promise<[Member, Member]> {
  const lone = await loneMember(stage, group, over);
  const { groupId } = lone;
  const joining = stage.ask(joinGroupApi, joinRequest(groupId, over), 3, 'second');
  await untilRebalancing(stage, lone);
  const again = stage.ask(
    joinGroupApi,
    joinRequest(groupId, { ...over, memberId: lone.memberId }),
    3,
  );
  const [second, first] = await Promise.all([joining, again]);
  const members: [Member, Member] = [memberOf(groupId, first), memberOf(groupId, second)];
  await syncAll(stage, members);
  return members;
}

export function memberOf(groupId: string, { memberId, generationId }: JoinGroupResponse): Member {
  return { groupId, memberId, generationId };
}

/** The first of them leads. */
export async function syncAll(
  stage: Stage,
  [leader, follower]: readonly [Member, Member],
): Promise<SyncGroupResponse[]> {
  const parts = { [leader.memberId]: 'first', [follower.memberId]: 'second' };
  const waiting = stage.ask(syncGroupApi, syncRequest(follower), 5, 'second');
  return Promise.all([stage.ask(syncGroupApi, syncRequest(leader, parts), 5), waiting]);
}

/** Another member wants to join: the coordinator tells so by heartbeat. */
export async function untilRebalancing(stage: Stage, member: Member, on = 'watch'): Promise<void> {
  const REBALANCE_IN_PROGRESS = 27;
  for (;;) {
    const { errorCode } = await stage.ask(heartbeatApi, member, 4, on);
    if (errorCode === REBALANCE_IN_PROGRESS) return;
    if (errorCode !== 0) throw new Error(`heartbeat answered ${errorCode}`);
  }
}

export function leaveRequest(groupId: string, ...memberIds: readonly string[]) {
  return { groupId, members: memberIds.map((memberId) => ({ memberId })) };
}

/** Without it the next test would wait for the sessions to end. */
export async function leave(stage: Stage, ...members: readonly Member[]): Promise<void> {
  for (const { groupId, memberId } of members)
    await stage.ask(leaveGroupApi, leaveRequest(groupId, memberId), 3, 'watch');
}

export function commitRequest(
  groupId: string,
  offsets: Readonly<Record<string, number>>,
  over: Partial<OffsetCommitRequest> = {},
): OffsetCommitRequest {
  return {
    groupId,
    generationId: -1,
    memberId: '',
    topics: Object.entries(offsets).map(([topic, offset]) => ({
      topic,
      partitions: [{ partition: 0, offset, leaderEpoch: 0, metadata: 'm' }],
    })),
    ...over,
  };
}
