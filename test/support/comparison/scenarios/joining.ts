import { joinGroupApi, leaveGroupApi, syncGroupApi } from '../../../../src/protocol/index.ts';
import {
  joinRequest,
  leave,
  leaveRequest,
  loneMember,
  memberOf,
  pairOfMembers,
  subscription,
  syncAll,
  syncRequest,
  untilRebalancing,
} from '../requests.ts';
import type { Scenario } from '../stage.ts';

const protocols = (...names: readonly string[]) =>
  names.map((name) => ({ name, metadata: subscription([name]) }));

/** Who may join a group, and when a join is answered. */
export const joining: readonly Scenario[] = [
  {
    name: 'a newcomer takes its member id first, and joins with it',
    async play(stage) {
      const wish = joinRequest(stage.name('g'));
      const { memberId } = await stage.send(joinGroupApi, wish, 4);
      await stage.send(joinGroupApi, { ...wish, memberId }, 4);
      await stage.send(joinGroupApi, { ...wish, memberId: 'stranger' }, 9);
    },
  },
  {
    name: 'before version 4 a newcomer joins at once',
    async play(stage) {
      for (const version of [2, 3])
        await stage.send(joinGroupApi, joinRequest(stage.name(`g${version}`)), version);
    },
  },
  {
    name: 'the answer to a join in versions 5, 6, 7 and 9',
    async play(stage) {
      for (const version of [5, 6, 7, 9]) {
        const wish = joinRequest(stage.name(`g${version}`));
        const { memberId } = await stage.send(joinGroupApi, wish, version);
        await stage.send(joinGroupApi, { ...wish, memberId }, version);
      }
    },
  },
  {
    name: 'a member id nobody gave out is unknown, in a group that is and one that is not',
    async play(stage) {
      const memberId = 'stranger';
      await stage.send(joinGroupApi, joinRequest(stage.name('g'), { memberId }), 5);
      await loneMember(stage, 'g');
      await stage.send(joinGroupApi, joinRequest(stage.name('g'), { memberId }), 5);
    },
  },
  {
    name: 'a join names no group, or a session that is too short or too long',
    async play(stage) {
      const group = stage.name('g');
      await stage.send(joinGroupApi, joinRequest(''), 5);
      await stage.send(joinGroupApi, joinRequest(group, { sessionTimeoutMs: 999 }), 5);
      await stage.send(joinGroupApi, joinRequest(group, { sessionTimeoutMs: 1_800_001 }), 5);
      await stage.send(joinGroupApi, joinRequest(group, { sessionTimeoutMs: 0 }), 9);
    },
  },
  {
    name: 'a join without protocols, without a protocol type, and of another type than the members',
    async play(stage) {
      const group = stage.name('g');
      await stage.send(joinGroupApi, joinRequest(group, { protocols: [] }), 3);
      await stage.send(joinGroupApi, joinRequest(group, { protocolType: '' }), 3);
      await loneMember(stage, 'g');
      await stage.send(joinGroupApi, joinRequest(group, { protocolType: 'connect' }), 3);
      await stage.send(joinGroupApi, joinRequest(group, { protocols: protocols('own') }), 3);
      await stage.send(joinGroupApi, joinRequest(group, { protocols: [] }), 9);
    },
  },
  {
    name: 'two members join, and the protocol that both like is chosen',
    async play(stage) {
      const first = joinRequest(stage.name('g'), { protocols: protocols('sticky', 'range') });
      const second = joinRequest(stage.name('g'), { protocols: protocols('own', 'range') });
      const lone = await stage.send(joinGroupApi, first, 3);
      const { groupId } = first;
      const member = memberOf(groupId, lone);
      await stage.send(syncGroupApi, syncRequest(member, { [lone.memberId]: 'all' }), 3);
      const joining = stage.send(joinGroupApi, second, 3, 'second');
      await untilRebalancing(stage, member);
      const again = stage.send(joinGroupApi, { ...first, memberId: lone.memberId }, 3);
      const [newcomer, leader] = await Promise.all([joining, again]);
      await leave(stage, memberOf(groupId, newcomer), memberOf(groupId, leader));
    },
  },
  {
    name: 'a follower that joins again with nothing new is answered at once, a leader begins a rebalance',
    async play(stage) {
      const [leader, follower] = await pairOfMembers(stage, 'g');
      const { groupId } = leader;
      await stage.send(joinGroupApi, joinRequest(groupId, { memberId: follower.memberId }), 5);
      const again = stage.send(
        joinGroupApi,
        joinRequest(groupId, { memberId: leader.memberId }),
        5,
      );
      await untilRebalancing(stage, follower);
      const other = joinRequest(groupId, { memberId: follower.memberId });
      await stage.send(joinGroupApi, other, 5, 'second');
      await again;
    },
  },
  {
    name: 'a member asks again for its place while assignments are awaited',
    async play(stage) {
      const wish = joinRequest(stage.name('g'));
      const { memberId } = await stage.send(joinGroupApi, wish, 3);
      await stage.send(joinGroupApi, { ...wish, memberId }, 3);
      const changed = protocols('range', 'sticky');
      await stage.send(joinGroupApi, { ...wish, memberId, protocols: changed }, 3);
    },
  },
  {
    name: 'who changes its metadata begins a rebalance',
    async play(stage) {
      const lone = await loneMember(stage, 'g');
      const { groupId, memberId } = lone;
      const changed = [{ name: 'range', metadata: Buffer.from('n') }];
      await stage.send(joinGroupApi, joinRequest(groupId, { memberId, protocols: changed }), 5);
    },
  },
  {
    name: 'the group goes on with the next generation when its last member has left',
    async play(stage) {
      const lone = await loneMember(stage, 'g');
      await stage.send(leaveGroupApi, leaveRequest(lone.groupId, lone.memberId), 3);
      await stage.send(joinGroupApi, joinRequest(lone.groupId), 3);
    },
  },
  {
    name: 'a member that does not join again in time is left out',
    async play(stage) {
      const short = { rebalanceTimeoutMs: 2_000 };
      const [leader, follower] = await pairOfMembers(stage, 'g', short);
      const { groupId, memberId } = leader;
      const again = await stage.send(joinGroupApi, joinRequest(groupId, { ...short, memberId }), 5);
      await stage.send(syncGroupApi, syncRequest({ ...follower, generationId: 3 }), 5, 'second');
      await stage.send(
        syncGroupApi,
        syncRequest(memberOf(groupId, again), { [memberId]: 'all' }),
        5,
      );
    },
  },
  {
    name: 'the part a member gets is what the leader says, and nothing when it is forgotten',
    async play(stage) {
      const [leader, follower] = await pairOfMembers(stage, 'g');
      const { groupId } = leader;
      const again = stage.ask(joinGroupApi, joinRequest(groupId, { memberId: leader.memberId }), 5);
      await untilRebalancing(stage, follower);
      const other = joinRequest(groupId, { memberId: follower.memberId });
      const joined = await stage.ask(joinGroupApi, other, 5, 'second');
      const first = memberOf(groupId, await again);
      const waiting = stage.send(syncGroupApi, syncRequest(memberOf(groupId, joined)), 5, 'second');
      await stage.send(syncGroupApi, syncRequest(first, { [first.memberId]: 'all' }), 5);
      await waiting;
      await syncAll(stage, [first, memberOf(groupId, joined)]);
      await leave(stage, first, memberOf(groupId, joined));
    },
  },
];
