import {
  deleteGroupsApi,
  deleteTopicsApi,
  describeGroupsApi,
  findCoordinatorApi,
  heartbeatApi,
  listGroupsApi,
  offsetCommitApi,
  offsetFetchApi,
} from '../../../../src/protocol/index.ts';
import { until } from '../../until.ts';
import { commitRequest, leave, loneMember, newerDescribeGroupsApi } from '../requests.ts';
import type { Scenario } from '../stage.ts';

/** Groups seen from outside. */
export const groupAdmin: readonly Scenario[] = [
  {
    name: 'groups are deleted: unknown ones, one with a member, one without',
    async play(stage) {
      const member = await loneMember(stage, 'g');
      const { groupId } = member;
      const groups = [groupId, stage.name('none')];
      await stage.send(deleteGroupsApi, { groups }, 2);
      await leave(stage, member);
      for (const version of [0, 1, 2]) await stage.send(deleteGroupsApi, { groups }, version);
      await stage.send(heartbeatApi, member, 4);
    },
  },
  {
    name: 'unknown groups are described',
    async play(stage) {
      const groups = [stage.name('none'), stage.name('other')];
      for (const version of [0, 4, 5]) await stage.send(describeGroupsApi, { groups }, version);
      await stage.send(newerDescribeGroupsApi, { groups }, 6);
    },
  },
  {
    name: 'a group that only holds offsets is described and listed',
    async play(stage) {
      const groupId = stage.name('g');
      const topic = await stage.topic('t');
      await stage.ask(offsetCommitApi, commitRequest(groupId, { [topic]: 1 }), 8);
      await stage.send(describeGroupsApi, { groups: [groupId] }, 5);
      await stage.send(newerDescribeGroupsApi, { groups: [groupId] }, 6);
      for (const version of [0, 3, 4, 5]) await stage.send(listGroupsApi, {}, version);
    },
  },
  {
    name: 'groups are listed by state and type',
    async play(stage) {
      await loneMember(stage, 'busy');
      await leave(stage, await loneMember(stage, 'idle'));
      await stage.send(listGroupsApi, {}, 5);
      for (const states of [['Stable'], ['Empty'], ['stable', 'empty'], ['Dead'], ['Odd']])
        await stage.send(listGroupsApi, { states }, 4);
      for (const types of [['classic'], ['Consumer'], ['CLASSIC', 'consumer'], ['odd']])
        await stage.send(listGroupsApi, { types }, 5);
      await stage.send(listGroupsApi, { states: ['Stable'], types: ['classic'] }, 5);
    },
  },
  {
    name: 'what was committed for a topic goes with it',
    async play(stage) {
      const groupId = stage.name('g');
      const [kept, gone] = [await stage.topic('kept'), await stage.topic('gone')];
      await stage.ask(offsetCommitApi, commitRequest(groupId, { [kept]: 1, [gone]: 2 }), 8);
      await stage.ask(deleteTopicsApi, { topics: [gone], timeoutMs: 10_000 }, 5);
      await until('the offsets of the topic are gone', async () => {
        const { topics } = await stage.ask(offsetFetchApi, { groupId, topics: null }, 8);
        return topics.length === 1;
      });
      await stage.send(offsetFetchApi, { groupId, topics: null }, 8);
    },
  },
  {
    name: 'coordinators are found, and keys nobody coordinates',
    async play(stage) {
      const key = stage.name('g');
      for (const version of [0, 1, 2, 3]) await stage.send(findCoordinatorApi, { key }, version);
      await stage.ask(findCoordinatorApi, { key, keyType: 1 }, 3);
      await stage.send(findCoordinatorApi, { key, keyType: 1 }, 3);
      await stage.send(findCoordinatorApi, { key, keyType: 7 }, 3);
      await stage.send(findCoordinatorApi, { key: '' }, 3);
      await stage.send(findCoordinatorApi, { key: '', keyType: 1 }, 3);
    },
  },
];
