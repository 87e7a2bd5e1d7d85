import {
  describeGroupsApi,
  heartbeatApi,
  joinGroupApi,
  leaveGroupApi,
  syncGroupApi,
} from '../../../../src/protocol/index.ts';
import {
  joinRequest,
  leaveRequest,
  loneMember,
  memberOf,
  pairOfMembers,
  syncRequest,
  untilRebalancing,
} from '../requests.ts';
import type { Scenario } from '../stage.ts';

/** Assignments, heartbeats and good-byes of members. */
export const membership: readonly Scenario[] = [
  {
    name: 'an assignment is asked for by strangers, of a wrong generation, with a wrong protocol',
    async play(stage) {
      const groupId = stage.name('g');
      const stranger = { groupId, memberId: 'stranger', generationId: 1 };
      await stage.send(syncGroupApi, syncRequest(stranger), 5);
      const member = await loneMember(stage, 'g');
      const wish = syncRequest(member);
      await stage.send(syncGroupApi, syncRequest(stranger), 5);
      await stage.send(syncGroupApi, { ...wish, memberId: '' }, 3);
      await stage.send(syncGroupApi, { ...wish, groupId: '' }, 3);
      for (const generationId of [0, 2, -1])
        await stage.send(syncGroupApi, { ...wish, generationId }, 5);
      await stage.send(syncGroupApi, { ...wish, protocolType: 'connect' }, 5);
      await stage.send(syncGroupApi, { ...wish, protocolName: 'sticky' }, 5);
      await stage.send(syncGroupApi, { ...wish, protocolType: null, protocolName: null }, 5);
      await stage.send(syncGroupApi, wish, 5);
      await stage.send(syncGroupApi, wish, 0);
      await stage.send(syncGroupApi, wish, 3);
    },
  },
  {
    name: 'nobody is given an assignment while members join',
    async play(stage) {
      const [leader, follower] = await pairOfMembers(stage, 'g');
      const joining = stage.ask(joinGroupApi, joinRequest(leader.groupId), 3, 'third');
      await untilRebalancing(stage, leader);
      await stage.send(syncGroupApi, syncRequest(follower), 5);
      await stage.send(heartbeatApi, follower, 4);
      await stage.ask(
        leaveGroupApi,
        leaveRequest(leader.groupId, leader.memberId, follower.memberId),
        3,
      );
      await joining;
    },
  },
  {
    name: 'a follower that waits for its assignment is told when the group begins anew',
    async play(stage) {
      const [leader, follower] = await pairOfMembers(stage, 'g');
      const { groupId } = leader;
      const again = stage.ask(joinGroupApi, joinRequest(groupId, { memberId: leader.memberId }), 5);
      await untilRebalancing(stage, follower);
      const other = joinRequest(groupId, { memberId: follower.memberId });
      const joined = await stage.ask(joinGroupApi, other, 5, 'second');
      await again;
      const waiting = stage.send(syncGroupApi, syncRequest(memberOf(groupId, joined)), 5, 'second');
      await stage.send(heartbeatApi, memberOf(groupId, joined), 4);
      await stage.send(leaveGroupApi, leaveRequest(groupId, leader.memberId), 3, 'third');
      await waiting;
      await stage.send(heartbeatApi, memberOf(groupId, joined), 4);
    },
  },
  {
    name: 'heartbeats of members, of strangers and of other generations',
    async play(stage) {
      const groupId = stage.name('g');
      const stranger = { groupId, memberId: 'stranger', generationId: 1 };
      await stage.send(heartbeatApi, stranger, 4);
      const member = await loneMember(stage, 'g');
      await stage.send(heartbeatApi, member, 0);
      await stage.send(heartbeatApi, member, 4);
      await stage.send(heartbeatApi, stranger, 4);
      await stage.send(heartbeatApi, { ...member, memberId: '' }, 4);
      await stage.send(heartbeatApi, { ...member, groupId: '' }, 4);
      for (const generationId of [0, 2, -1])
        await stage.send(heartbeatApi, { ...member, generationId }, 4);
      await stage.ask(leaveGroupApi, leaveRequest(groupId, member.memberId), 3);
      await stage.send(heartbeatApi, member, 4);
    },
  },
  {
    name: 'a member that is silent for its session is thrown out, and the other joins again',
    async play(stage) {
      const session = { sessionTimeoutMs: 2_000 };
      const [leader, follower] = await pairOfMembers(stage, 'g', session);
      await untilRebalancing(stage, leader);
      await stage.send(heartbeatApi, follower, 4);
      const again = joinRequest(leader.groupId, { ...session, memberId: leader.memberId });
      await stage.send(joinGroupApi, again, 5);
    },
  },
  {
    name: 'strangers leave a group that is unknown, and one that is known',
    async play(stage) {
      const groupId = stage.name('g');
      for (const version of [0, 2, 3, 5])
        await stage.send(leaveGroupApi, leaveRequest(groupId, 'stranger'), version);
      await loneMember(stage, 'g');
      for (const version of [2, 3, 5])
        await stage.send(leaveGroupApi, leaveRequest(groupId, 'stranger'), version);
      await stage.send(leaveGroupApi, leaveRequest('', 'stranger'), 3);
    },
  },
  {
    name: 'several members leave at once, and one that is none',
    async play(stage) {
      const [leader, follower] = await pairOfMembers(stage, 'g');
      const { groupId } = leader;
      const members = [leader.memberId, 'stranger', follower.memberId];
      await stage.send(leaveGroupApi, leaveRequest(groupId, ...members), 4);
      await stage.send(describeGroupsApi, { groups: [groupId] }, 5);
      await stage.send(leaveGroupApi, { groupId, members: [] }, 4);
    },
  },
  {
    name: 'who has taken an id and not yet joined may leave',
    async play(stage) {
      const groupId = stage.name('g');
      const { memberId } = await stage.send(joinGroupApi, joinRequest(groupId), 5);
      await stage.send(leaveGroupApi, leaveRequest(groupId, memberId), 3);
      await stage.send(joinGroupApi, joinRequest(groupId, { memberId }), 5);
      await stage.send(heartbeatApi, { groupId, memberId, generationId: 0 }, 4);
    },
  },
  {
    name: 'who has taken an id holds up the others until it joins',
    async play(stage) {
      const member = await loneMember(stage, 'g');
      const { groupId } = member;
      const { memberId } = await stage.send(joinGroupApi, joinRequest(groupId), 5);
      const again = stage.send(
        joinGroupApi,
        joinRequest(groupId, { memberId: member.memberId }),
        5,
      );
      await untilRebalancing(stage, member);
      await stage.send(joinGroupApi, joinRequest(groupId, { memberId }), 5, 'second');
      await again;
    },
  },
  {
    name: 'a group is described in each of its states',
    async play(stage) {
      const groupId = stage.name('g');
      const describe = (version: number) =>
        stage.send(describeGroupsApi, { groups: [groupId] }, version, 'watch');
      await describe(5);
      const wish = joinRequest(groupId);
      const joined = await stage.send(joinGroupApi, wish, 3);
      await describe(5);
      const member = memberOf(groupId, joined);
      await stage.ask(syncGroupApi, syncRequest(member, { [member.memberId]: 'all' }), 5);
      await describe(0);
      await describe(5);
      const joining = stage.ask(joinGroupApi, wish, 3, 'second');
      await untilRebalancing(stage, member);
      await stage.ask(leaveGroupApi, leaveRequest(groupId, member.memberId), 3);
      const { memberId } = await joining;
      await describe(4);
      await stage.ask(leaveGroupApi, leaveRequest(groupId, memberId), 3);
      await describe(5);
    },
  },
];
