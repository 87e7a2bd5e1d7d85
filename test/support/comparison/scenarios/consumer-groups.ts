import { createHash } from 'node:crypto';
import {
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  consumerGroupDescribeApi,
  consumerGroupHeartbeatApi,
  createPartitionsApi,
  deleteGroupsApi,
  describeGroupsApi,
  heartbeatApi,
  joinGroupApi,
  leaveGroupApi,
  listGroupsApi,
  offsetCommitApi,
  offsetDeleteApi,
  offsetFetchApi,
  syncGroupApi,
} from '../../../../src/protocol/index.ts';
import { until } from '../../until.ts';
import {
  commitRequest,
  joinRequest,
  leave,
  loneMember,
  newerOffsetCommitApi,
  subscription,
  syncRequest,
} from '../requests.ts';
import type { Scenario, Stage } from '../stage.ts';

const REBALANCE_TIMEOUT_MS = 30_000;

/** Members name themselves; an id that is the same in all runs lets us say what an assignor makes of several of them. */
const idOf = (name: string): string =>
  createHash('sha256').update(name).digest().subarray(0, 16).toString('base64url');

type Beat = Partial<ConsumerGroupHeartbeatRequest>;

/** Says everything, as a member does that joins. */
function joining(stage: Stage, name: string, topics: readonly string[], over: Beat = {}) {
  return {
    groupId: stage.name('g'),
    memberId: idOf(name),
    memberEpoch: 0,
    rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
    subscribedTopics: topics,
    owned: [],
    ...over,
  };
}

function beat(stage: Stage, name: string, memberEpoch: number, over: Beat = {}) {
  const request = { groupId: stage.name('g'), memberId: idOf(name), memberEpoch, ...over };
  return stage.send(consumerGroupHeartbeatApi, request, 1);
}

function describe(stage: Stage) {
  return stage.send(consumerGroupDescribeApi, { groups: [stage.name('g')] }, 1);
}

/** A coordinator hears of topics a moment later than others; who joins before would see one assignment more. Not compared. */
async function untilKnown(stage: Stage, topics: readonly string[]): Promise<void> {
  const wish = joining(stage, 'probe', topics);
  const { groupId, memberId } = wish;
  await until('the coordinator knows the topics', async () => {
    const { assignment } = await stage.ask(consumerGroupHeartbeatApi, wish, 1);
    await stage.ask(consumerGroupHeartbeatApi, { groupId, memberId, memberEpoch: -1 }, 1);
    await stage.ask(deleteGroupsApi, { groups: [groupId] }, 2);
    return assignment?.length === topics.length;
  });
}

/** The first member of the group, with all partitions. Not compared. */
async function joined(
  stage: Stage,
  name: string,
  topics: readonly string[],
  over: Beat = {},
): Promise<ConsumerGroupHeartbeatResponse> {
  await untilKnown(stage, topics);
  return stage.ask(consumerGroupHeartbeatApi, joining(stage, name, topics, over), 1);
}

/** Members whose partitions the coordinator shares out (KIP-848). */
export const consumerGroups: readonly Scenario[] = [
  {
    name: 'a member joins, is given all partitions, stays and leaves',
    async play(stage) {
      const topic = await stage.topic('t', 3);
      const first = await joined(stage, 'one', [topic]);
      await describe(stage);
      const { memberEpoch } = first;
      await beat(stage, 'one', memberEpoch, { owned: first.assignment });
      await beat(stage, 'one', memberEpoch);
      await stage.send(listGroupsApi, {}, 5);
      await stage.send(listGroupsApi, { types: ['consumer'], states: ['stable'] }, 5);
      await beat(stage, 'one', -1);
      await describe(stage);
      await beat(stage, 'one', memberEpoch);
    },
  },
  {
    name: 'heartbeats that say too little, or what cannot be',
    async play(stage) {
      const topic = await stage.topic('t');
      await untilKnown(stage, [topic]);
      const whole = joining(stage, 'one', [topic]);
      const send = (over: Beat, version = 1) =>
        stage.send(consumerGroupHeartbeatApi, { ...whole, ...over }, version);
      await send({ groupId: '' });
      await send({ memberId: '' });
      await send({ instanceId: '' });
      await send({ rackId: '' });
      await send({ rebalanceTimeoutMs: -1 });
      await send({ rebalanceTimeoutMs: 0 });
      await send({ subscribedTopics: null });
      await send({ owned: null });
      await send({ owned: [{ topicId: idOf('t'), partitions: [0] }] });
      await send({ serverAssignor: 'no such' });
      await send({ serverAssignor: '' });
      await send({ memberEpoch: -3 });
      await send({ memberEpoch: -2 });
      await send({ memberEpoch: -1, memberId: '' }, 0);
      await send({ memberEpoch: 5 });
      await send({ memberEpoch: -1 });
      await send({ subscribedTopics: null, subscribedRegex: '[' });
    },
  },
  {
    name: 'in version 0 a member may leave its id to the coordinator',
    async play(stage) {
      const topic = await stage.topic('t');
      const wish = { ...joining(stage, 'one', [topic]), memberId: '' };
      await untilKnown(stage, [topic]);
      await stage.send(consumerGroupHeartbeatApi, wish, 0);
    },
  },
  {
    name: 'a group that is unknown, and a member that is',
    async play(stage) {
      await beat(stage, 'one', 1);
      await beat(stage, 'one', -1);
      await describe(stage);
      await joined(stage, 'other', [await stage.topic('t')]);
      await beat(stage, 'one', 1);
      await beat(stage, 'one', -1);
    },
  },
  {
    name: 'epochs that are too high, too low, and the one before',
    async play(stage) {
      const topic = await stage.topic('t', 2);
      const { memberEpoch, assignment } = await joined(stage, 'one', [topic]);
      const owned = assignment;
      await beat(stage, 'one', memberEpoch, { owned });
      await beat(stage, 'one', memberEpoch + 1, { owned });
      const more = { subscribedTopics: [topic, stage.name('u')] };
      let next = memberEpoch;
      await until('the next epoch has begun', async () => {
        const { groupId, memberId } = joining(stage, 'one', [topic]);
        const request = { groupId, memberId, memberEpoch, owned, ...more };
        next = (await stage.ask(consumerGroupHeartbeatApi, request, 1)).memberEpoch;
        return next > memberEpoch;
      });
      await beat(stage, 'one', memberEpoch, { owned });
      await beat(stage, 'one', memberEpoch);
      await beat(stage, 'one', next);
      await beat(stage, 'one', memberEpoch - 1, { owned });
    },
  },
  {
    name: 'a member that has lost its place joins again with epoch 0',
    async play(stage) {
      const topic = await stage.topic('t', 2);
      await joined(stage, 'one', [topic]);
      await stage.send(consumerGroupHeartbeatApi, joining(stage, 'one', [topic]), 1);
    },
  },
  {
    name: 'a topic that does not exist is subscribed to',
    async play(stage) {
      await stage.send(consumerGroupHeartbeatApi, joining(stage, 'one', [stage.name('none')]), 1);
      await describe(stage);
    },
  },
  {
    name: 'partitions move when they were given up, and not before',
    async play(stage) {
      const topic = await stage.topic('t', 4);
      const first = await joined(stage, 'one', [topic]);
      const second = await stage.ask(consumerGroupHeartbeatApi, joining(stage, 'two', [topic]), 1);
      // The next assignment may be made a moment later.
      let kept: ConsumerGroupHeartbeatResponse['assignment'] = null;
      await until('one is to give partitions up', async () => {
        const request = {
          groupId: stage.name('g'),
          memberId: idOf('one'),
          memberEpoch: first.memberEpoch,
          owned: first.assignment,
        };
        kept = (await stage.ask(consumerGroupHeartbeatApi, request, 1)).assignment;
        return kept !== null;
      });
      const { groupId, memberId } = joining(stage, 'two', [topic]);
      const waiting = { groupId, memberId, memberEpoch: second.memberEpoch };
      const two = await stage.ask(consumerGroupHeartbeatApi, waiting, 1);
      await describe(stage);
      await beat(stage, 'two', two.memberEpoch);
      await beat(stage, 'one', first.memberEpoch);
      const released = await beat(stage, 'one', first.memberEpoch, { owned: kept });
      const given = await beat(stage, 'two', two.memberEpoch);
      await beat(stage, 'two', given.memberEpoch, { owned: given.assignment });
      await beat(stage, 'one', released.memberEpoch, { owned: kept });
      await describe(stage);
    },
  },
  {
    name: 'a member that has left makes room for another',
    async play(stage) {
      const topic = await stage.topic('t', 2);
      await joined(stage, 'one', [topic]);
      await stage.ask(consumerGroupHeartbeatApi, joining(stage, 'two', [topic]), 1);
      await beat(stage, 'one', -1);
      let epoch = 2;
      await until('two has all partitions', async () => {
        const request = { groupId: stage.name('g'), memberId: idOf('two'), memberEpoch: epoch };
        const answer = await stage.ask(consumerGroupHeartbeatApi, { ...request, owned: [] }, 1);
        epoch = answer.memberEpoch;
        return answer.assignment?.[0]?.partitions.length === 2;
      });
      await describe(stage);
    },
  },
  {
    name: 'the range assignor is asked for',
    async play(stage) {
      const topic = await stage.topic('t', 3);
      await joined(stage, 'one', [topic], { serverAssignor: 'range' });
      await describe(stage);
    },
  },
  {
    name: 'a topic grows, and the member is given the new partitions',
    async play(stage) {
      const topic = await stage.topic('t', 1);
      const first = await joined(stage, 'one', [topic]);
      const wish = { topics: [{ topic, count: 3 }], timeoutMs: 10_000 };
      await stage.ask(createPartitionsApi, wish, 3);
      let grown = first;
      await until('the new partitions are given', async () => {
        const { groupId, memberId } = joining(stage, 'one', [topic]);
        const { memberEpoch } = grown;
        const request = { groupId, memberId, memberEpoch, owned: first.assignment };
        grown = await stage.ask(consumerGroupHeartbeatApi, request, 1);
        return grown.assignment !== null;
      });
      await beat(stage, 'one', grown.memberEpoch, { owned: grown.assignment });
      await describe(stage);
    },
  },
  {
    name: 'topics are subscribed to by a regular expression',
    async play(stage) {
      const names = [await stage.topic('red', 1), await stage.topic('blue', 1)];
      await untilKnown(stage, names);
      const subscribedRegex = `${stage.name('')}r.d`;
      const wish = joining(stage, 'one', [], { subscribedTopics: null, subscribedRegex });
      const first = await stage.ask(consumerGroupHeartbeatApi, wish, 1);
      // Which topics fit is found out beside the heartbeats.
      await until('the topic is given', async () => {
        const { groupId, memberId } = wish;
        const { groups } = await stage.ask(consumerGroupDescribeApi, { groups: [groupId] }, 1);
        const { memberEpoch = first.memberEpoch } = groups[0]?.members[0] ?? {};
        await stage.ask(consumerGroupHeartbeatApi, { groupId, memberId, memberEpoch }, 1);
        return groups[0]?.members[0]?.assignment.length === 1;
      });
      await describe(stage);
    },
  },
  {
    name: 'commits with member epochs',
    async play(stage) {
      const topic = await stage.topic('t', 2);
      const { memberEpoch } = await joined(stage, 'one', [topic]);
      const groupId = stage.name('g');
      const commit = (generationId: number, memberId = idOf('one')) => {
        const request = commitRequest(groupId, { [topic]: 1 }, { memberId, generationId });
        return stage.send(newerOffsetCommitApi, request, 9);
      };
      await commit(memberEpoch);
      await commit(memberEpoch + 1);
      await commit(-1);
      await commit(-1, '');
      await commit(memberEpoch, idOf('two'));
      const older = commitRequest(
        groupId,
        { [topic]: 2 },
        { memberId: idOf('one'), generationId: memberEpoch },
      );
      await stage.send(offsetCommitApi, older, 8);
      const wish = { groupId, topics: [{ topic, partitions: [0] }] };
      const read = (over: object) => stage.send(offsetFetchApi, { ...wish, ...over }, 9);
      await read({ memberId: idOf('one'), memberEpoch });
      await read({ memberId: idOf('one'), memberEpoch: memberEpoch + 1 });
      await read({ memberId: idOf('two'), memberEpoch });
      await read({});
      await stage.send(offsetFetchApi, wish, 8);
      await stage.send(deleteGroupsApi, { groups: [groupId] }, 2);
      await stage.send(offsetDeleteApi, { groupId, topics: [{ topic, partitions: [0] }] }, 0);
      await beat(stage, 'one', -1);
      await commit(-1, '');
      await stage.send(offsetDeleteApi, { groupId, topics: [{ topic, partitions: [0] }] }, 0);
      await stage.send(deleteGroupsApi, { groups: [groupId] }, 2);
    },
  },
  {
    name: 'static members: gone for a while, back, taken over, unknown',
    async play(stage) {
      const topic = await stage.topic('t', 2);
      const instanceId = 'first';
      const { memberEpoch, assignment } = await joined(stage, 'one', [topic], { instanceId });
      await beat(stage, 'one', memberEpoch, { instanceId, owned: assignment });
      const other = joining(stage, 'two', [topic], { instanceId });
      await stage.send(consumerGroupHeartbeatApi, other, 1);
      await beat(stage, 'two', memberEpoch, { instanceId });
      await beat(stage, 'two', memberEpoch, { instanceId: 'second' });
      await beat(stage, 'one', -2, { instanceId });
      await describe(stage);
      await stage.send(consumerGroupHeartbeatApi, other, 1);
      await beat(stage, 'one', memberEpoch, { instanceId });
      await beat(stage, 'two', memberEpoch, { instanceId, owned: assignment });
      await beat(stage, 'two', -1, { instanceId });
      await describe(stage);
    },
  },
  {
    name: 'requests of the older protocol at a group of the newer one',
    async play(stage) {
      const topic = await stage.topic('t', 2);
      const { memberEpoch } = await joined(stage, 'one', [topic]);
      const groupId = stage.name('g');
      const member = { groupId, memberId: idOf('one'), generationId: memberEpoch };
      await stage.send(heartbeatApi, member, 4);
      await stage.send(syncGroupApi, syncRequest(member), 5);
      await stage.send(leaveGroupApi, { groupId, members: [{ memberId: 'stranger' }] }, 5);
      await stage.send(describeGroupsApi, { groups: [groupId] }, 5);
      const protocols = [{ name: 'own', metadata: subscription([topic]) }];
      const connect = joinRequest(groupId, { protocolType: 'connect', protocols });
      await stage.send(joinGroupApi, connect, 9);
      await beat(stage, 'one', -1);
      await stage.send(joinGroupApi, joinRequest(groupId), 3);
      await describe(stage);
    },
  },
  {
    name: 'a group of the older protocol becomes one of the newer when its members have left',
    async play(stage) {
      const topic = await stage.topic('t', 1);
      const groupId = stage.name('g');
      await untilKnown(stage, [topic]);
      const member = await loneMember(stage, 'g');
      await describe(stage);
      await stage.ask(offsetCommitApi, commitRequest(groupId, { [topic]: 7 }, member), 8);
      await leave(stage, member);
      await stage.send(consumerGroupHeartbeatApi, joining(stage, 'one', [topic]), 1);
      const wish = { groupId, topics: [{ topic, partitions: [0] }] };
      await stage.send(offsetFetchApi, wish, 8);
      await stage.send(heartbeatApi, member, 4);
      await stage.send(listGroupsApi, {}, 5);
    },
  },
];
