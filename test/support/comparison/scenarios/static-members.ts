import {
  describeGroupsApi,
  heartbeatApi,
  joinGroupApi,
  leaveGroupApi,
  offsetCommitApi,
  syncGroupApi,
} from '../../../../src/protocol/index.ts';
import { commitRequest, joinRequest, loneMember, memberOf, syncRequest } from '../requests.ts';
import type { Scenario } from '../stage.ts';

const groupInstanceId = 'one';

/** Members with a name that lasts (KIP-345). */
export const staticMembers: readonly Scenario[] = [
  {
    name: 'a static member joins without taking an id first',
    async play(stage) {
      for (const version of [5, 9]) {
        const wish = joinRequest(stage.name(`g${version}`), { groupInstanceId });
        await stage.send(joinGroupApi, wish, version);
      }
    },
  },
  {
    name: 'a static member comes back to its place, and leads on (version 9)',
    async play(stage) {
      const member = await loneMember(stage, 'g', { groupInstanceId });
      const wish = joinRequest(member.groupId, { groupInstanceId });
      const joined = await stage.send(joinGroupApi, wish, 9);
      const back = { ...memberOf(member.groupId, joined), groupInstanceId };
      await stage.send(syncGroupApi, syncRequest(back), 5);
      await stage.send(heartbeatApi, back, 4);
    },
  },
  {
    name: 'a static member comes back to its place (version 5)',
    async play(stage) {
      const member = await loneMember(stage, 'g', { groupInstanceId });
      const wish = joinRequest(member.groupId, { groupInstanceId });
      const joined = await stage.send(joinGroupApi, wish, 5);
      const back = { ...memberOf(member.groupId, joined), groupInstanceId };
      await stage.send(syncGroupApi, syncRequest(back), 3);
    },
  },
  {
    name: 'the one that was replaced is fenced, whatever it asks for',
    async play(stage) {
      const topic = await stage.topic('t');
      const old = await loneMember(stage, 'g', { groupInstanceId });
      const { groupId } = old;
      await stage.ask(joinGroupApi, joinRequest(groupId, { groupInstanceId }), 9);
      await stage.send(heartbeatApi, old, 4);
      await stage.send(heartbeatApi, { ...old, groupInstanceId: null }, 4);
      await stage.send(syncGroupApi, syncRequest(old), 5);
      await stage.send(offsetCommitApi, commitRequest(groupId, { [topic]: 1 }, old), 8);
      await stage.send(
        offsetCommitApi,
        commitRequest(groupId, { [topic]: 1 }, { ...old, groupInstanceId: null }),
        8,
      );
      await stage.send(
        joinGroupApi,
        joinRequest(groupId, { groupInstanceId, memberId: old.memberId }),
        9,
      );
      const members = [{ memberId: old.memberId, groupInstanceId }];
      await stage.send(leaveGroupApi, { groupId, members }, 5);
    },
  },
  {
    name: 'a static member that comes back with other metadata begins a rebalance',
    async play(stage) {
      const member = await loneMember(stage, 'g', { groupInstanceId });
      const protocols = [{ name: 'sticky', metadata: Buffer.from('n') }];
      const wish = joinRequest(member.groupId, { groupInstanceId, protocols });
      await stage.send(joinGroupApi, wish, 9);
    },
  },
  {
    name: 'a static member that comes back before its group is stable joins like all others',
    async play(stage) {
      const wish = joinRequest(stage.name('g'), { groupInstanceId });
      await stage.send(joinGroupApi, wish, 9);
      await stage.send(joinGroupApi, wish, 9);
    },
  },
  {
    name: 'an instance nobody knows',
    async play(stage) {
      const member = await loneMember(stage, 'g', { groupInstanceId });
      const stranger = { ...member, groupInstanceId: 'two' };
      await stage.send(heartbeatApi, stranger, 4);
      await stage.send(syncGroupApi, syncRequest(stranger), 5);
      const { groupId, memberId } = stranger;
      await stage.send(joinGroupApi, joinRequest(groupId, { memberId, groupInstanceId: 'two' }), 5);
      const members = [{ memberId: '', groupInstanceId: 'two' }];
      await stage.send(leaveGroupApi, { groupId, members }, 5);
    },
  },
  {
    name: 'a static member is taken out by its name',
    async play(stage) {
      const { groupId } = await loneMember(stage, 'g', { groupInstanceId });
      const members = [{ memberId: '', groupInstanceId }];
      await stage.send(leaveGroupApi, { groupId, members }, 3);
      await stage.send(leaveGroupApi, { groupId, members }, 5);
      await stage.send(describeGroupsApi, { groups: [groupId] }, 5);
    },
  },
  {
    name: 'a static member is described with its name',
    async play(stage) {
      const { groupId } = await loneMember(stage, 'g', { groupInstanceId });
      await stage.send(describeGroupsApi, { groups: [groupId] }, 4);
      await stage.send(describeGroupsApi, { groups: [groupId] }, 5);
    },
  },
];
