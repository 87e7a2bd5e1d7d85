import { describe, expect, it } from 'vitest';
import { groupForCommit } from '../../../../src/emulator/kafka-groups/commit-rules.ts';
import { Groups } from '../../../../src/emulator/kafka-groups/groups.ts';
import {
  errorCode,
  type JoinGroupRequest,
  type JoinGroupResponse,
} from '../../../../src/protocol/index.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';

const client = { clientId: 'app', clientHost: '/127.0.0.1' };
const SESSION_MS = 1_000;
const REBALANCE_MS = 5_000;

class World {
  readonly clock = new VirtualClock();
  readonly groups: Groups;

  constructor(initialRebalanceDelayMs = 0) {
    const { clock } = this;
    const limits = { minSessionTimeoutMs: 10, maxSessionTimeoutMs: 60_000 };
    this.groups = new Groups({ clock, initialRebalanceDelayMs, ...limits });
  }

  /** With version 3 no member id has to be taken first. */
  join(given: Partial<JoinGroupRequest> = {}, version = 3): Promise<JoinGroupResponse> {
    const request: JoinGroupRequest = {
      groupId: 'g',
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: REBALANCE_MS,
      memberId: '',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from('m') }],
      ...given,
    };
    return Promise.resolve(this.groups.join(request, version, client));
  }

  /** The leader gives each member its own id as its part. */
  async sync(member: JoinGroupResponse): Promise<string> {
    const { memberId, generationId, members } = member;
    const assignments = members.map((each) => ({
      memberId: each.memberId,
      assignment: Buffer.from(`for ${each.memberId}`),
    }));
    const request = { groupId: 'g', generationId, memberId, assignments };
    const answer = await this.groups.get('g')?.sync(request);
    return answer?.errorCode === 0 ? String(answer.assignment) : `error ${answer?.errorCode}`;
  }

  heartbeat({ memberId, generationId }: JoinGroupResponse): number | undefined {
    return this.groups.get('g')?.heartbeat({ groupId: 'g', memberId, generationId });
  }

  commit({ memberId, generationId }: { memberId: string; generationId: number }): number {
    const found = groupForCommit(
      this.groups,
      { groupId: 'g', memberId, generationId, topics: [] },
      8,
    );
    return typeof found === 'number' ? found : 0;
  }

  get state(): string | undefined {
    return this.groups.get('g')?.state;
  }

  /** Two members in a stable group, the first its leader. */
  async pair(): Promise<[JoinGroupResponse, JoinGroupResponse]> {
    const alone = await this.join();
    await this.sync(alone);
    const joining = this.join();
    const again = this.join({ memberId: alone.memberId });
    const [second, first] = await Promise.all([joining, again]);
    await Promise.all([this.sync(second), this.sync(first)]);
    return [first, second];
  }
}

describe('a group of the embedded broker', () => {
  it('hands a new member its id first, from version 4 on', async () => {
    const world = new World();
    const refused = await world.join({}, 4);
    expect(refused).toMatchObject({ errorCode: errorCode.MEMBER_ID_REQUIRED });
    expect(refused.memberId).toMatch(/^app-/);
    const joined = await world.join({ memberId: refused.memberId }, 4);
    expect(joined).toMatchObject({ errorCode: 0, generationId: 1, leader: refused.memberId });
  });

  it('lets all join before any is answered, and shares out what the leader says', async () => {
    const world = new World();
    const [first, second] = await world.pair();
    expect([first.generationId, second.generationId]).toEqual([2, 2]);
    expect(first.members).toHaveLength(2);
    expect(second.members).toEqual([]);
    expect(second.leader).toBe(first.memberId);
    expect(await world.sync(second)).toBe(`for ${second.memberId}`);
    expect(world.state).toBe('Stable');
  });

  it('lets the first members of an empty group gather when told to', async () => {
    const world = new World(300);
    const both = Promise.all([world.join(), world.join()]);
    await world.clock.advance(300);
    expect((await both).map(({ generationId }) => generationId)).toEqual([1, 1]);
  });

  it('takes commits of the generation while members join, and none while they wait for assignments', async () => {
    const world = new World();
    const [first, second] = await world.pair();
    const third = world.join();
    expect(world.heartbeat(first)).toBe(errorCode.REBALANCE_IN_PROGRESS);
    expect(world.commit(second)).toBe(0);
    const [one] = await Promise.all([
      world.join({ memberId: first.memberId }),
      world.join({ memberId: second.memberId }),
      third,
    ]);
    expect(world.commit(one)).toBe(errorCode.REBALANCE_IN_PROGRESS);
    expect(world.commit(first)).toBe(errorCode.ILLEGAL_GENERATION);
    await world.sync(one);
    expect(world.commit(one)).toBe(0);
  });

  it('throws out who is silent, and those who do not join again in time', async () => {
    const world = new World();
    const [first, second] = await world.pair();
    await world.clock.advance(SESSION_MS - 1);
    world.heartbeat(first);
    await world.clock.advance(1);
    expect(world.heartbeat(second)).toBe(errorCode.UNKNOWN_MEMBER_ID);
    expect(world.state).toBe('PreparingRebalance');
    const third = world.join();
    for (let at = 0; at < REBALANCE_MS; at += 500) {
      world.heartbeat(first);
      await world.clock.advance(500);
    }
    expect((await third).members).toHaveLength(1);
    expect(world.heartbeat(first)).toBe(errorCode.UNKNOWN_MEMBER_ID);
  });

  it('throws out who joins and never asks for its assignment', async () => {
    const world = new World();
    const [first, second] = await world.pair();
    const [leader, follower] = await Promise.all([
      world.join({
        memberId: first.memberId,
        protocols: [{ name: 'range', metadata: Buffer.from('n') }],
      }),
      world.join({ memberId: second.memberId }),
    ]);
    const synced = world.sync(follower);
    for (let at = 0; at < REBALANCE_MS; at += 500) {
      world.heartbeat(leader);
      await world.clock.advance(500);
    }
    expect(await synced).toBe(`error ${errorCode.REBALANCE_IN_PROGRESS}`);
    expect(world.heartbeat(leader)).toBe(errorCode.UNKNOWN_MEMBER_ID);
  });

  it('takes what the group has in common, by most votes', async () => {
    const world = new World();
    const offer = (...names: string[]) =>
      names.map((name) => ({ name, metadata: Buffer.from(name) }));
    const first = await world.join({ protocols: offer('range', 'sticky') });
    const second = world.join({ protocols: offer('sticky', 'range') });
    expect(await world.join({ protocols: offer('roundrobin') })).toMatchObject({
      errorCode: errorCode.INCONSISTENT_GROUP_PROTOCOL,
    });
    await world.join({ memberId: first.memberId, protocols: offer('sticky') });
    expect(await second).toMatchObject({ protocolName: 'sticky' });
  });

  it('gives a static member its place back without a rebalance, and fences the one before', async () => {
    const world = new World();
    const alone = await world.join({ groupInstanceId: 'one' }, 9);
    await world.sync(alone);
    const back = await world.join({ groupInstanceId: 'one' }, 9);
    expect(back).toMatchObject({ generationId: 1, skipAssignment: true, leader: back.memberId });
    expect(back.memberId).not.toBe(alone.memberId);
    expect(await world.sync(back)).toBe(`for ${alone.memberId}`);
    const old = { memberId: alone.memberId, generationId: 1, groupInstanceId: 'one' };
    expect(world.groups.get('g')?.heartbeat({ groupId: 'g', ...old })).toBe(
      errorCode.FENCED_INSTANCE_ID,
    );
  });

  it('does not tell a returning static leader of old versions that it leads', async () => {
    const world = new World();
    const alone = await world.join({ groupInstanceId: 'one' }, 5);
    await world.sync(alone);
    const back = await world.join({ groupInstanceId: 'one' }, 5);
    expect(back).toMatchObject({ generationId: 1, leader: alone.memberId, members: [] });
  });

  it('is empty when the last has left, and then takes commits of anybody', async () => {
    const world = new World();
    const member = await world.join();
    await world.sync(member);
    const nobody = { memberId: '', generationId: -1 };
    expect(world.commit(nobody)).toBe(errorCode.UNKNOWN_MEMBER_ID);
    expect(world.groups.delete('g')).toBe(errorCode.NON_EMPTY_GROUP);
    const members = [{ memberId: member.memberId }, { memberId: 'nobody' }];
    const left = world.groups.get('g')?.leave({ groupId: 'g', members });
    expect(left).toEqual([0, errorCode.UNKNOWN_MEMBER_ID]);
    expect(world.state).toBe('Empty');
    expect(world.commit(nobody)).toBe(0);
    expect(world.groups.delete('g')).toBe(0);
  });

  it('refuses sessions that are too short or too long, and ids of groups nobody knows', async () => {
    const world = new World();
    const codes = await Promise.all([
      world.join({ sessionTimeoutMs: 1 }),
      world.join({ sessionTimeoutMs: 60_001 }),
      world.join({ groupId: '' }),
      world.join({ memberId: 'me' }),
    ]);
    expect(codes.map((answer) => answer.errorCode)).toEqual([26, 26, 24, 25]);
    expect(world.clock.pending).toBe(0);
  });
});
