import {
  joinGroupApi,
  offsetCommitApi,
  offsetDeleteApi,
  offsetFetchApi,
} from '../../../../src/protocol/index.ts';
import {
  commitRequest,
  joinRequest,
  leave,
  loneMember,
  memberOf,
  newerOffsetCommitApi,
  subscription,
  untilRebalancing,
} from '../requests.ts';
import type { Scenario } from '../stage.ts';

const fetchRequest = (groupId: string, topic: string, ...partitions: readonly number[]) => ({
  groupId,
  topics: [{ topic, partitions }],
});

/** Commits: who may make them, where they go, and how they are read and deleted. */
export const committedOffsets: readonly Scenario[] = [
  {
    name: 'anybody commits for a group without members, and reads it in all versions',
    async play(stage) {
      const groupId = stage.name('g');
      const topic = await stage.topic('t', 2);
      for (const version of [2, 3, 5, 6, 7, 8])
        await stage.send(offsetCommitApi, commitRequest(groupId, { [topic]: version }), version);
      await stage.send(newerOffsetCommitApi, commitRequest(groupId, { [topic]: 9 }), 9);
      for (const version of [1, 2, 3, 5, 6, 7, 8, 9])
        await stage.send(offsetFetchApi, fetchRequest(groupId, topic, 0, 1), version);
    },
  },
  {
    name: 'commits for topics and partitions that do not exist',
    async play(stage) {
      const groupId = stage.name('g');
      const topic = await stage.topic('t');
      await stage.send(offsetCommitApi, commitRequest(groupId, { [stage.name('none')]: 1 }), 8);
      for (const partition of [1, -1]) {
        const partitions = [{ partition, offset: 1, metadata: null }];
        const request = { ...commitRequest(groupId, {}), topics: [{ topic, partitions }] };
        await stage.send(offsetCommitApi, request, 8);
      }
      const both = commitRequest(groupId, { [topic]: 1, [stage.name('none')]: 1 });
      await stage.send(offsetCommitApi, both, 8);
      await stage.send(offsetFetchApi, { groupId, topics: null }, 8);
    },
  },
  {
    name: 'commits of strange offsets and long or missing metadata',
    async play(stage) {
      const groupId = stage.name('g');
      const topic = await stage.topic('t', 3);
      const partitions = [
        { partition: 0, offset: -1, metadata: null },
        { partition: 1, offset: 1, metadata: 'm'.repeat(4_096) },
        { partition: 2, offset: 1, metadata: 'm'.repeat(4_097) },
      ];
      const request = { ...commitRequest(groupId, {}), topics: [{ topic, partitions }] };
      await stage.send(offsetCommitApi, request, 8);
      await stage.send(offsetFetchApi, fetchRequest(groupId, topic, 0, 2), 8);
    },
  },
  {
    name: 'commits of members, of strangers and of other generations',
    async play(stage) {
      const topic = await stage.topic('t');
      const member = await loneMember(stage, 'g');
      const { groupId } = member;
      const commit = (over: object) =>
        stage.send(offsetCommitApi, commitRequest(groupId, { [topic]: 1 }, over), 8);
      await commit(member);
      await commit({});
      await commit({ ...member, generationId: 2 });
      await commit({ ...member, generationId: 0 });
      await commit({ ...member, generationId: -1 });
      await commit({ ...member, memberId: 'stranger' });
      await commit({ memberId: 'stranger' });
      await commit({ ...member, groupInstanceId: 'two' });
      await stage.send(
        newerOffsetCommitApi,
        commitRequest(groupId, { [topic]: 1 }, { ...member, generationId: 0 }),
        9,
      );
      await leave(stage, member);
      await commit(member);
      await commit({ memberId: 'stranger' });
      await commit({});
    },
  },
  {
    name: 'commits that name a generation of a group that is unknown',
    async play(stage) {
      const topic = await stage.topic('t');
      const groupId = stage.name('g');
      const request = commitRequest(groupId, { [topic]: 1 }, { memberId: 'm', generationId: 1 });
      await stage.send(offsetCommitApi, request, 8);
      await stage.send(newerOffsetCommitApi, request, 9);
      await stage.send(offsetCommitApi, { ...request, generationId: -1 }, 8);
    },
  },
  {
    name: 'commits while members join, and while they wait for their assignments',
    async play(stage) {
      const topic = await stage.topic('t');
      const old = await loneMember(stage, 'g');
      const { groupId, memberId } = old;
      const joining = stage.ask(joinGroupApi, joinRequest(groupId), 3, 'second');
      await untilRebalancing(stage, old);
      await stage.send(offsetCommitApi, commitRequest(groupId, { [topic]: 1 }, old), 8);
      const again = await stage.ask(joinGroupApi, joinRequest(groupId, { memberId }), 3);
      await stage.send(offsetCommitApi, commitRequest(groupId, { [topic]: 2 }, old), 8);
      const member = memberOf(groupId, again);
      await stage.send(offsetCommitApi, commitRequest(groupId, { [topic]: 3 }, member), 8);
      await stage.send(offsetFetchApi, fetchRequest(groupId, topic, 0), 5);
      await leave(stage, member, memberOf(groupId, await joining));
    },
  },
  {
    name: 'offsets of unknown groups, topics and partitions are read',
    async play(stage) {
      const groupId = stage.name('g');
      const topic = await stage.topic('t');
      for (const version of [1, 2, 5, 8, 9])
        await stage.send(offsetFetchApi, fetchRequest(groupId, stage.name('none'), 0, 7), version);
      await stage.send(offsetFetchApi, { groupId, topics: null }, 8);
      await stage.send(offsetFetchApi, { groupId, topics: [] }, 8);
      const asMember = { ...fetchRequest(groupId, topic, 0), memberId: 'm', memberEpoch: 1 };
      await stage.send(offsetFetchApi, asMember, 9);
      await stage.ask(offsetCommitApi, commitRequest(groupId, { [topic]: 1 }), 8);
      await stage.send(offsetFetchApi, fetchRequest(groupId, topic, 0, 7), 8);
      await stage.send(offsetFetchApi, { groupId, topics: [] }, 8);
      await stage.send(offsetFetchApi, { groupId, topics: null }, 2);
      await stage.send(offsetFetchApi, asMember, 9);
    },
  },
  {
    name: 'offsets are deleted',
    async play(stage) {
      const groupId = stage.name('g');
      const topic = await stage.topic('t');
      const wish = { groupId, topics: [{ topic, partitions: [0] }] };
      await stage.send(offsetDeleteApi, wish, 0);
      await stage.ask(offsetCommitApi, commitRequest(groupId, { [topic]: 1 }), 8);
      const strange = { groupId, topics: [{ topic: stage.name('none'), partitions: [0] }] };
      await stage.send(offsetDeleteApi, strange, 0);
      await stage.send(offsetDeleteApi, { groupId, topics: [{ topic, partitions: [5] }] }, 0);
      await stage.send(offsetDeleteApi, wish, 0);
      await stage.send(offsetFetchApi, fetchRequest(groupId, topic, 0), 8);
      await stage.send(offsetDeleteApi, wish, 0);
    },
  },
  {
    name: 'offsets of a topic that members are subscribed to are not deleted',
    async play(stage) {
      const [read, unread] = [await stage.topic('read'), await stage.topic('unread')];
      const protocols = [{ name: 'range', metadata: subscription([read]) }];
      const member = await loneMember(stage, 'g', { protocols });
      const { groupId } = member;
      await stage.ask(
        offsetCommitApi,
        commitRequest(groupId, { [read]: 1, [unread]: 2 }, member),
        8,
      );
      const topics = [read, unread].map((topic) => ({ topic, partitions: [0] }));
      await stage.send(offsetDeleteApi, { groupId, topics }, 0);
      await stage.send(offsetFetchApi, { groupId, topics: null }, 8);
      await leave(stage, member);
      await stage.send(offsetDeleteApi, { groupId, topics }, 0);
    },
  },
];
