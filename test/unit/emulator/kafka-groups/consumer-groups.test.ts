import { describe, expect, it } from 'vitest';
import { Groups, type GroupsOptions } from '../../../../src/emulator/kafka-groups/groups.ts';
import { Topics } from '../../../../src/emulator/kafka-log/topics.ts';
import {
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  errorCode,
} from '../../../../src/protocol/index.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';

const client = { clientId: 'app', clientHost: '/127.0.0.1' };
const SESSION_MS = 1_000;
const REBALANCE_MS = 3_000;

type Beat = Partial<ConsumerGroupHeartbeatRequest>;

class World {
  readonly clock = new VirtualClock();
  readonly topics = new Topics({ maxBytes: 1_000, maxAgeMs: 1_000 });
  readonly groups: Groups;

  constructor(options: Partial<GroupsOptions> = {}) {
    this.groups = new Groups({
      clock: this.clock,
      initialRebalanceDelayMs: 0,
      minSessionTimeoutMs: 10,
      maxSessionTimeoutMs: 60_000,
      consumerSessionTimeoutMs: SESSION_MS,
      ...options,
    });
    this.topics.create('t', 4);
  }

  beat(memberId: string, memberEpoch: number, over: Beat = {}): ConsumerGroupHeartbeatResponse {
    const request = { groupId: 'g', memberId, memberEpoch, ...over };
    return this.groups.heartbeat(request, 1, client, this.topics);
  }

  join(memberId: string, over: Beat = {}): ConsumerGroupHeartbeatResponse {
    const all = { rebalanceTimeoutMs: REBALANCE_MS, subscribedTopics: ['t'], owned: [] };
    return this.beat(memberId, 0, { ...all, ...over });
  }
}

const partitionsOf = ({ assignment }: ConsumerGroupHeartbeatResponse): number[] =>
  (assignment ?? []).flatMap(({ partitions }) => partitions);

describe('a group whose partitions the coordinator shares out', () => {
  it('gives a partition to its next owner when the last one has given it up', () => {
    const world = new World();
    const first = world.join('one');
    expect(partitionsOf(first)).toEqual([0, 1, 2, 3]);
    const second = world.join('two');
    expect(partitionsOf(second)).toEqual([]);
    const less = world.beat('one', first.memberEpoch, { owned: first.assignment });
    expect(partitionsOf(less)).toEqual([0, 1]);
    expect(world.beat('two', second.memberEpoch).assignment).toBeNull();
    world.beat('one', less.memberEpoch, { owned: less.assignment });
    expect(partitionsOf(world.beat('two', second.memberEpoch))).toEqual([2, 3]);
    expect(world.groups.consumerGroup('g')?.state).toBe('Stable');
  });

  it('throws out who is silent, and gives its partitions to the others', async () => {
    const world = new World();
    world.join('one');
    await world.clock.advance(SESSION_MS - 1);
    const second = world.join('two');
    await world.clock.advance(1);
    expect(world.beat('one', 2).errorCode).toBe(errorCode.UNKNOWN_MEMBER_ID);
    expect(partitionsOf(world.beat('two', second.memberEpoch))).toEqual([0, 1, 2, 3]);
  });

  it('throws out who does not give up in time what it shall, however alive it is', async () => {
    const world = new World();
    const first = world.join('one');
    const second = world.join('two');
    const owned = first.assignment;
    for (let at = 0; at < REBALANCE_MS; at += 500) {
      expect(world.beat('one', first.memberEpoch, { owned }).errorCode).toBe(0);
      world.beat('two', second.memberEpoch);
      await world.clock.advance(500);
    }
    expect(world.beat('one', first.memberEpoch, { owned }).errorCode).toBe(
      errorCode.UNKNOWN_MEMBER_ID,
    );
    expect(partitionsOf(world.beat('two', second.memberEpoch))).toEqual([0, 1, 2, 3]);
  });

  it('keeps the place of a static member that is away, until its session ends', async () => {
    const world = new World();
    const instanceId = 'first';
    const { memberEpoch } = world.join('one', { instanceId });
    world.beat('one', -2, { instanceId });
    const back = world.join('other', { instanceId });
    expect(back).toMatchObject({ memberEpoch, errorCode: 0 });
    expect(partitionsOf(back)).toEqual([0, 1, 2, 3]);
    world.beat('other', -2, { instanceId });
    await world.clock.advance(SESSION_MS);
    expect(world.groups.consumerGroup('g')?.state).toBe('Empty');
    expect(world.clock.pending).toBe(0);
  });

  it('shares out what each may have when subscriptions differ', () => {
    const world = new World();
    world.topics.create('u', 2);
    const uniform = ['one', 'two'];
    world.join('one', { subscribedTopics: ['t', 'u'] });
    world.join('two', { subscribedTopics: ['u'] });
    const group = world.groups.consumerGroup('g');
    const sizes = uniform.map((id) => group?.targetOf(id).size);
    expect(sizes).toEqual([4, 2]);
  });

  it('by range gives each member of each topic one run', () => {
    const world = new World();
    world.topics.create('u', 3);
    const over = { subscribedTopics: ['t', 'u'], serverAssignor: 'range' };
    world.join('one', over);
    world.join('two', over);
    const group = world.groups.consumerGroup('g');
    const target = (id: string) =>
      group
        ?.targetOf(id)
        .toTopics()
        .map(({ partitions }) => partitions);
    expect(target('one')).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(target('two')).toEqual([[2, 3], [2]]);
  });

  it('makes the next assignment no sooner than it was told to', async () => {
    const world = new World({ consumerAssignmentIntervalMs: 500 });
    const first = world.join('one');
    const { memberEpoch } = world.join('two');
    expect(memberEpoch).toBe(first.memberEpoch);
    expect(world.groups.consumerGroup('g')?.state).toBe('Assigning');
    await world.clock.advance(500);
    expect(world.beat('two', memberEpoch).memberEpoch).toBe(first.memberEpoch + 1);
  });

  it('takes no more members than it may have', () => {
    const world = new World({ maxGroupSize: 1 });
    expect(world.join('one').errorCode).toBe(0);
    expect(world.join('two').errorCode).toBe(errorCode.GROUP_MAX_SIZE_REACHED);
    expect(world.join('one').errorCode).toBe(0);
  });
});
