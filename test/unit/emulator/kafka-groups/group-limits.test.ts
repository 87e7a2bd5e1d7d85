import { describe, expect, it } from 'vitest';
import { Groups, type GroupsOptions } from '../../../../src/emulator/kafka-groups/groups.ts';
import { errorCode, type JoinGroupResponse } from '../../../../src/protocol/index.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';

const client = { clientId: 'app', clientHost: '/127.0.0.1' };
const RETENTION_MS = 10_000;
const SESSION_MS = 1_000;

class World {
  readonly clock = new VirtualClock();
  readonly groups: Groups;

  constructor(options: Partial<GroupsOptions> = {}) {
    this.groups = new Groups({
      clock: this.clock,
      initialRebalanceDelayMs: 0,
      minSessionTimeoutMs: 10,
      maxSessionTimeoutMs: 60_000,
      offsetsRetentionMs: RETENTION_MS,
      ...options,
    });
  }

  join(groupInstanceId: string | null = null, version = 3): Promise<JoinGroupResponse> {
    const request = {
      groupId: 'g',
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: 5_000,
      memberId: '',
      groupInstanceId,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from('m') }],
    };
    return Promise.resolve(this.groups.join(request, version, client));
  }

  commit(topic = 't'): void {
    const committed = { offset: 1, leaderEpoch: -1, metadata: '', committedAtMs: this.clock.now() };
    this.groups.getOrCreate('g').offsets.commit(topic, 0, committed);
  }

  get committed(): readonly string[] | undefined {
    return this.groups
      .find('g')
      ?.offsets.fetch(null)
      .map(({ topic }) => topic);
  }
}

describe('what a group has committed', () => {
  it('is kept as long as it has members, and so much longer', async () => {
    const world = new World();
    const { memberId, generationId } = await world.join();
    await world.groups.get('g')?.sync({ groupId: 'g', memberId, generationId, assignments: [] });
    world.commit();
    for (let at = 0; at < 2 * RETENTION_MS; at += 500) {
      await world.clock.advance(500);
      world.groups.get('g')?.touch(memberId);
    }
    expect(world.committed).toEqual(['t']);
    world.groups.get('g')?.remove(memberId);
    await world.clock.advance(RETENTION_MS - 1);
    expect(world.committed).toEqual(['t']);
    await world.clock.advance(1);
    expect(world.committed).toBeUndefined();
    expect(world.groups.all).toEqual([]);
  });

  it('expires offset by offset in a group that never had members', async () => {
    const world = new World();
    world.commit('early');
    await world.clock.advance(RETENTION_MS / 2);
    world.commit('late');
    await world.clock.advance(RETENTION_MS / 2);
    expect(world.committed).toEqual(['late']);
    await world.clock.advance(RETENTION_MS / 2);
    expect(world.groups.all).toEqual([]);
  });

  it('stays for ever when nothing else was said', async () => {
    const world = new World({ offsetsRetentionMs: Number.POSITIVE_INFINITY });
    world.commit();
    await world.clock.advance(1_000 * RETENTION_MS);
    expect(world.committed).toEqual(['t']);
  });
});

describe('what a group had committed before a restart', () => {
  it('is kept as long as if the group had been left then', async () => {
    const clock = new VirtualClock();
    await clock.advance(100 * RETENTION_MS);
    const kept = { offset: 7, leaderEpoch: -1, metadata: '' };
    const entries = [
      [['offset', 'g', 't', 0], kept],
      [['offset', 'g', 't', 1], { ...kept, committedAtMs: 1 }],
    ] as const;
    const journal = {
      entries: (kind: string) => entries.filter(([[of]]) => of === kind),
      set: () => {},
      delete: () => {},
    };
    const limits = { initialRebalanceDelayMs: 0, minSessionTimeoutMs: 1, maxSessionTimeoutMs: 1 };
    const groups = new Groups({ clock, ...limits, offsetsRetentionMs: RETENTION_MS, journal });
    await clock.advance(RETENTION_MS - 1);
    expect(groups.find('g')?.offsets.fetch(null)[0]?.partitions).toHaveLength(2);
    await clock.advance(1);
    expect(groups.find('g')).toBeUndefined();
  });
});

describe('a group that is full', () => {
  it('refuses newcomers, but takes back a static member', async () => {
    const world = new World({ maxGroupSize: 1 });
    expect((await world.join('first', 5)).errorCode).toBe(0);
    expect((await world.join(null, 3)).errorCode).toBe(errorCode.GROUP_MAX_SIZE_REACHED);
    expect((await world.join(null, 5)).errorCode).toBe(errorCode.GROUP_MAX_SIZE_REACHED);
    expect((await world.join('first', 5)).errorCode).toBe(0);
  });
});
