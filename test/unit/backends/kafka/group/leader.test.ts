import { expect, it } from 'vitest';
import { range } from '../../../../../src/assignors/index.ts';
import { planGroup } from '../../../../../src/backends/kafka/group/leader.ts';
import type { PartitaError } from '../../../../../src/core/index.ts';
import { silentLogger } from '../../../../../src/core/index.ts';
import {
  decodeAssignment,
  encodeSubscription,
  type JoinGroupMember,
} from '../../../../../src/protocol/index.ts';
import { seededRandom, VirtualClock } from '../../../../../src/testing/index.ts';
import { SimCluster } from '../../../../support/sim-kafka/sim-cluster.ts';

function member(memberId: string, metadata: Buffer): JoinGroupMember {
  return { memberId, groupInstanceId: null, metadata };
}

const subscribed = (topics: readonly string[]) =>
  encodeSubscription({ topics, userData: null, ownedPartitions: [], generationId: -1, rackId: '' });

async function plan(members: readonly JoinGroupMember[], skipAssignment = false) {
  const clock = new VirtualClock();
  const cluster = new SimCluster(clock, seededRandom(1));
  cluster.topics.set('t', 2).set('u', 1);
  const errors: PartitaError[] = [];
  const joined = {
    throttleTimeMs: 0,
    errorCode: 0,
    generationId: 1,
    protocolType: 'consumer',
    protocolName: 'range',
    leader: 'a',
    skipAssignment,
    memberId: 'a',
    members,
  };
  const env = { clock, random: seededRandom(1), log: silentLogger, clientId: '' };
  const deps = { wire: cluster.wire(), group: 'g', assignors: [range] };
  const signal = new AbortController().signal;
  const options = { env, signal, trouble: (error: PartitaError) => errors.push(error) };
  const [planned] = await Promise.all([planGroup(deps, joined, options), clock.advance(100)]);
  const assigned = planned.assignments.map(({ memberId, assignment }) => [
    memberId,
    decodeAssignment(assignment).partitions,
  ]);
  return { assigned, watched: [...planned.watched], errors };
}

it('plans for the topics of all members, also those it does not subscribe to itself', async () => {
  const { assigned, watched } = await plan([
    member('a', subscribed(['t'])),
    member('b', subscribed(['u', 'missing'])),
  ]);
  expect(assigned).toEqual([
    ['a', [{ topic: 't', partitions: [0, 1] }]],
    ['b', [{ topic: 'u', partitions: [0] }]],
  ]);
  expect(watched).toEqual([
    ['missing', 0],
    ['t', 2],
    ['u', 1],
  ]);
});

it('gives a member whose subscription cannot be read nothing, and names it', async () => {
  const { assigned, errors } = await plan([
    member('a', subscribed(['t'])),
    member('garbage', Buffer.from('ffff', 'hex')),
  ]);
  expect(assigned).toEqual([
    ['a', [{ topic: 't', partitions: [0, 1] }]],
    ['garbage', []],
  ]);
  expect(errors).toMatchObject([{ code: 'CORRUPT_DATA', retriable: true }]);
  expect(errors[0]?.message).toContain('Member garbage of group g');
});

it('only watches when the group keeps the assignment it has', async () => {
  const { assigned, watched } = await plan([member('a', subscribed(['t']))], true);
  expect(assigned).toEqual([]);
  expect(watched).toEqual([['t', 2]]);
});
