import { describe, expect, it } from 'vitest';
import {
  cooperativeSticky,
  range,
  roundRobin,
  sticky,
  weighted,
} from '../../../../../src/assignors/index.ts';
import type { CoordinatorOptions } from '../../../../../src/backends/eventhubs/coordinator/options.ts';
import type { Assignor, ClaimedPartition, Clock, Random } from '../../../../../src/core/index.ts';
import { seededRandom, VirtualClock } from '../../../../../src/testing/index.ts';
import {
  SimGroupMember,
  type SimMemberOptions,
} from '../../../../support/sim-group/sim-group-member.ts';
import { SimStore } from '../../../../support/sim-group/sim-store.ts';

const group = { namespace: 'ns.example.net', group: 'g' };

/** A few members on one store. */
class World {
  readonly clock = new VirtualClock();
  readonly random: Random;
  readonly store: SimStore;
  topics = new Map([['a', 4]]);
  assignors: readonly Assignor[] = [cooperativeSticky];

  constructor({ skewMs = 0, seed = 7 } = {}) {
    this.random = seededRandom(seed);
    this.store = new SimStore({ clock: this.clock, random: this.random, skewMs });
  }

  join(
    name: string,
    more: Partial<CoordinatorOptions> = {},
    rest: Partial<SimMemberOptions> = {},
  ): SimGroupMember {
    const { clock, random, store, topics, assignors } = this;
    return new SimGroupMember({ name, clock, random, store, topics, assignors, more, ...rest });
  }

  /** Moves the clock until that is done. */
  async done<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    void work.finally(() => {
      isDone = true;
    });
    await this.clock.until(() => isDone);
    return work;
  }

  async settled(...members: readonly SimGroupMember[]): Promise<void> {
    const total = [...this.topics.values()].reduce((sum, count) => sum + count, 0);
    await this.clock.until(
      () => members.reduce((sum, { working }) => sum + working.size, 0) === total,
      { what: 'every partition is worked on' },
    );
    await this.clock.advance(10_000);
  }

  /** What an official processor does: it claims, whatever the metadata was before, and renews. */
  async official(owner: string, partitions: readonly number[]): Promise<void> {
    const { ownerships } = await this.store.inner.load(group, ['a']);
    for (const partition of partitions) {
      const etag = ownerships.find((record) => record.partition === partition)?.etag ?? null;
      const entry = { topic: 'a', partition, owner, generation: null };
      await this.store.inner.putOwnership(group, entry, etag);
    }
  }

  async owners(): Promise<string> {
    const { ownerships } = await this.store.inner.load(group, ['a']);
    return ownerships
      .toSorted((x, y) => x.partition - y.partition)
      .map(({ owner }) => owner.split('-')[0])
      .join(' ');
  }
}

/** The time of day is set once; timers do not mind. */
function steppingClock(clock: VirtualClock, atMs: number, byMs: number): Clock {
  return {
    now: () => clock.now() + (clock.now() >= atMs ? byMs : 0),
    schedule: (delayMs, run) => clock.schedule(delayMs, run),
  };
}

describe('a group in a checkpoint store', () => {
  it('gives everything to the first member within a second', async () => {
    const world = new World();
    const a = world.join('a');
    await world.clock.advance(1_000);
    expect(a.owned).toBe('a-0 a-1 a-2 a-3');
    expect(a.states.map(({ state }) => state)).toEqual(['joining', 'stable']);
  });

  it('moves half to the second, after drain and commit, and repeats nothing', async () => {
    const world = new World();
    const a = world.join('a', {}, { drainMs: () => 1_500 });
    await world.settled(a);
    await world.done(a.commitAll());
    const began: ClaimedPartition[] = [];
    const b = world.join('b', {}, { begins: (_, partition) => began.push(partition) });
    await world.settled(a, b);
    expect([a.working.size, b.working.size]).toEqual([2, 2]);
    expect(a.log.filter((line) => line.startsWith('lost'))).toEqual([]);
    // One record was handled before, one while draining.
    expect(began.map(({ position }) => position?.offset)).toEqual([2, 2]);
    expect(began.every(({ ownerLevel, epoch }) => ownerLevel === epoch && epoch > 1)).toBe(true);
  });

  it('says that it has joined also to a member that gets nothing', async () => {
    const world = new World();
    world.topics = new Map([['a', 1]]);
    const a = world.join('a');
    await world.settled(a);
    const b = world.join('b');
    await world.clock.advance(10_000);
    expect(b.log).toEqual(['assigned ']);
    expect(b.states.at(-1)?.state).toBe('stable');
  });

  it('frees the partitions of a member that leaves at once', async () => {
    const world = new World();
    const [a, b] = [world.join('a'), world.join('b')];
    await world.settled(a, b);
    void b.leave();
    await world.clock.until(() => a.working.size === 4, { limitMs: 5_000 });
  });

  it('moves the partitions of a crashed member when it has expired, not before', async () => {
    const world = new World();
    const [a, b] = [world.join('a'), world.join('b')];
    await world.settled(a, b);
    b.kill();
    const killedMs = world.clock.now();
    await world.clock.until(() => a.working.size === 4);
    const tookMs = world.clock.now() - killedMs;
    expect(tookMs).toBeGreaterThan(30_000 - 3_300);
    expect(tookMs).toBeLessThan(30_000 + 6_000);
  });

  it('claims no more once it is to leave, and releases what it claimed', async () => {
    const world = new World();
    world.topics = new Map([['a', 64]]);
    world.store.latencyMs = 1_000;
    const claimed = async () => (await world.store.inner.load(group, ['a'])).ownerships;
    const a = world.join('a');
    let before = 0;
    while (before === 0) {
      await world.clock.advance(50);
      before = (await claimed()).length;
    }
    await world.done(a.leave());
    // Sixteen are under way at a time.
    expect((await claimed()).length).toBeLessThan(before + 32);
    expect((await claimed()).filter(({ owner }) => owner !== '')).toEqual([]);
  });

  it('says how long it has waited for an answer in whole milliseconds', async () => {
    const world = new World();
    world.store.latencyMs = 4_000;
    const a = world.join('a', { sessionTimeoutMs: 8_000, heartbeatIntervalMs: 1_000 });
    await world.clock.until(() => a.errors.length > 0);
    expect(a.errors[0]?.message).toContain('within 2667 ms');
  });

  it('clears dead members away', async () => {
    const world = new World();
    const [a, b] = [world.join('a'), world.join('b')];
    await world.settled(a, b);
    b.kill();
    await world.clock.advance(60_000);
    const { members } = await world.store.inner.load(group, ['a']);
    expect(members.map(({ memberId }) => memberId)).toEqual([a.coordinator.memberId]);
  });

  it('takes nothing from an owner that it does not see among the members yet', async () => {
    const world = new World();
    const late = world.join('late');
    await world.settled(late);
    await world.done(late.commitAll());
    // The one before it joins and the first one after that.
    let stale = 2;
    const store: Pick<SimStore, 'connect'> = {
      connect(link) {
        const connected = world.store.connect(link);
        const load: typeof connected.load = async (...asked) => {
          const { members, ...rest } = await connected.load(...asked);
          const hidden = stale-- > 0 ? late.coordinator.memberId : '';
          return { ...rest, members: members.filter(({ memberId }) => memberId !== hidden) };
        };
        return { ...connected, load };
      },
    };
    const a = world.join('a', {}, { store });
    await world.clock.until(() => a.working.size === 2, { what: 'half has moved' });
    expect(stale).toBeLessThan(0);
    expect([...a.log, ...late.log].filter((line) => line.startsWith('lost'))).toEqual([]);
    const positions = [...a.working.values()].map(({ claimed }) => claimed.position?.offset);
    expect(positions).toEqual([2, 2]);
  });

  it('takes what is left of an owner that is no member with the next look', async () => {
    const world = new World();
    for (const partition of [0, 1]) {
      const entry = { topic: 'a', partition, owner: 'gone', generation: 3 };
      await world.store.inner.putOwnership(group, entry, null);
    }
    const a = world.join('a');
    await world.clock.advance(1_000);
    expect(a.owned).toBe('a-2 a-3');
    await world.clock.advance(4_000);
    expect(a.owned).toBe('a-0 a-1 a-2 a-3');
  });

  it('costs one list and one write per member and tick, however many partitions there are', async () => {
    const world = new World();
    world.topics = new Map([['a', 64]]);
    const members = ['a', 'b', 'c'].map((name) => world.join(name));
    await world.settled(...members);
    await world.clock.advance(10_000);
    const sinceMs = world.clock.now();
    await world.clock.advance(300_000);
    const count = (operation: Parameters<SimStore['count']>[0]) =>
      world.store.count(operation, sinceMs + 1) / 300;
    expect(count('load')).toBeCloseTo(1, 0.9);
    expect(count('member')).toBeCloseTo(1, 0.9);
    expect(count('ownership') + count('checkpoint') + count('check') + count('remove')).toBe(0);
  });

  it('stays with the lease of its last heartbeat to the millisecond', async () => {
    const world = new World();
    const a = world.join('a');
    await world.settled(a);
    a.isCut = true;
    const lastBeatMs = world.store.calls.findLast(({ operation }) => operation === 'member')?.atMs;
    await world.clock.advance((lastBeatMs ?? 0) + 29_999 - world.clock.now());
    expect(a.working.size).toBe(4);
    await world.clock.advance(2);
    expect(a.working.size).toBe(0);
    a.isCut = false;
    await world.settled(a);
    expect(a.working.size).toBe(4);
  });

  it.each([-120_000, 20_000])(
    'takes a clock that is set by %i ms for no reason to lose anything',
    async (byMs) => {
      const world = new World();
      const a = world.join(
        'a',
        {},
        { clock: steppingClock(world.clock, world.clock.now() + 20_000, byMs) },
      );
      await world.settled(a);
      await world.clock.advance(120_000);
      expect(a.log).toEqual(['assigned a-0 a-1 a-2 a-3']);
      a.isCut = true;
      await world.clock.advance(30_000);
      expect(a.working.size).toBe(0);
    },
  );

  it('goes on with what it owns while the store is down within the lease, and says so', async () => {
    const world = new World();
    const [a, b] = [world.join('a'), world.join('b')];
    await world.settled(a, b);
    const before = [a.owned, b.owned];
    world.store.isDown = true;
    await world.clock.advance(20_000);
    expect([a.owned, b.owned]).toEqual(before);
    expect(a.errors.map(({ code, retriable }) => `${code} ${retriable}`)).toContain(
      'UNAVAILABLE true',
    );
    world.store.isDown = false;
    await world.clock.advance(60_000);
    expect([a.owned, b.owned]).toEqual(before);
    expect([...a.log, ...b.log].filter((line) => line.startsWith('lost'))).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'comes back to the same owners after an outage that outlasted every lease, seed %i',
    async (seed) => {
      const world = new World({ seed });
      const [a, b] = [world.join('a'), world.join('b')];
      await world.settled(a, b);
      const before = [a.owned, b.owned];
      const logged = a.log.length + b.log.length;
      world.store.isDown = true;
      await world.clock.advance(60_000);
      expect([a.owned, b.owned]).toEqual(['', '']);
      world.store.isDown = false;
      await world.settled(a, b);
      expect([a.owned, b.owned]).toEqual(before);
      // Lost and assigned again, each once: nobody has taken the other for dead.
      expect(a.log.length + b.log.length).toBe(logged + 4);
    },
  );

  it('fences a member that stood still: it hears of the loss, and its commit is refused', async () => {
    const world = new World();
    const [a, b] = [world.join('a'), world.join('b')];
    await world.settled(a, b);
    await world.done(b.commitAll());
    b.pause();
    await world.clock.until(() => a.working.size === 4);
    await world.done(a.commitAll());
    let late: ReturnType<SimGroupMember['commitAll']> | undefined;
    b.resume({
      before: () => {
        late = b.commitAll();
      },
    });
    await world.clock.advance(100);
    expect((await late)?.map(({ error }) => error.code)).toEqual([
      'COMMIT_FENCED',
      'COMMIT_FENCED',
    ]);
    expect(b.log.at(-1)).toMatch(/^lost/);
  });

  it('refuses a commit by the clock alone, before a timer has told of the loss', async () => {
    const world = new World();
    const [a, b] = [world.join('a'), world.join('b')];
    await world.settled(a, b);
    b.pause();
    await world.clock.until(() => a.working.size === 4);
    expect(b.working.size).toBe(2);
    const before = world.store.count('checkpoint');
    const failures = await b.commitAll();
    expect(failures.map(({ error }) => error.code)).toEqual(['COMMIT_FENCED', 'COMMIT_FENCED']);
    expect(failures[0]?.error.message).toContain('was owned until the last heartbeat expired');
    expect(world.store.count('checkpoint')).toBe(before);
  });

  it('refuses a commit that was on its way when the next owner took over', async () => {
    const world = new World();
    const [a, b] = [world.join('a'), world.join('b')];
    await world.settled(a, b);
    await world.done(b.commitAll());
    const { checkpoints, ownerships } = await world.store.inner.load(group, ['a']);
    const mine = ownerships.filter(({ owner }) => owner === b.coordinator.memberId);
    const before = checkpoints.find(({ partition }) => partition === mine[0]?.partition);
    b.kill();
    await world.clock.until(() => a.working.size === 4);
    if (before === undefined) throw new Error('nothing was committed');
    const late = await world.store.inner.putCheckpoint(group, before, before.etag);
    expect(late).toBeNull();
  });

  it.each([
    ['range', [range], ['a-0 a-1 b-0 b-1', 'a-2 a-3 b-2 b-3']],
    ['roundrobin', [roundRobin], ['a-0 a-2 b-0 b-2', 'a-1 a-3 b-1 b-3']],
  ])('shares several hubs out by %s', async (_, assignors, expected) => {
    const world = new World();
    world.assignors = assignors;
    world.topics = new Map([
      ['a', 4],
      ['b', 4],
    ]);
    const [a, b] = [world.join('a'), world.join('b')];
    await world.settled(a, b);
    expect([a.owned, b.owned]).toEqual(expected);
  });

  it.each([
    ['sticky', sticky],
    ['cooperative-sticky', cooperativeSticky],
  ])('moves no more than it has to with %s', async (_, assignor) => {
    const world = new World();
    world.topics = new Map([['a', 12]]);
    world.assignors = [assignor];
    const [a, b] = [world.join('a'), world.join('b')];
    await world.settled(a, b);
    const before = [...a.working.keys(), ...b.working.keys()];
    const c = world.join('c');
    await world.settled(a, b, c);
    expect([a, b, c].map(({ working }) => working.size)).toEqual([4, 4, 4]);
    const stayed = [...a.working.keys(), ...b.working.keys()];
    expect(stayed.every((key) => before.includes(key))).toBe(true);
    expect([...a.log, ...b.log].filter((line) => line.startsWith('revoked'))).toHaveLength(2);
  });

  it('hands on what members tell of themselves', async () => {
    const world = new World();
    world.topics = new Map([['a', 12]]);
    const a = world.join('a', {}, { assignors: [weighted({ weight: 2 })] });
    const b = world.join('b', {}, { assignors: [weighted({ weight: 1 })] });
    await world.settled(a, b);
    expect([a.working.size, b.working.size]).toEqual([8, 4]);
  });

  it('balances members together that are connected only through a third', async () => {
    const world = new World();
    const topics = (...names: string[]) => new Map(names.map((name) => [name, 2]));
    world.topics = topics('a', 'b');
    const both = world.join('both', {}, { topics: topics('a', 'b') });
    const a = world.join('a', {}, { topics: topics('a') });
    const b = world.join('b', {}, { topics: topics('b') });
    await world.settled(both, a, b);
    await world.clock.advance(300_000);
    expect(a.working.size + b.working.size + both.working.size).toBe(4);
  });

  it('takes names of hubs as the same whatever their case', async () => {
    const world = new World();
    const a = world.join('a', {}, { topics: new Map([['Orders', 2]]) });
    const b = world.join('b', {}, { topics: new Map([['orders', 2]]) });
    await world.clock.advance(30_000);
    expect([a.owned, b.owned]).toEqual(['Orders-0', 'orders-1']);
  });

  it('lets a static member take its partitions back without moving them', async () => {
    const world = new World();
    const [a, b] = [world.join('a'), world.join('b', { instanceId: 'b1' })];
    await world.settled(a, b);
    const before = b.owned;
    await world.done(b.coordinator.close());
    b.kill();
    const again = world.join('b', { instanceId: 'b1' });
    await world.clock.until(() => again.working.size === 2, { limitMs: 5_000 });
    expect(again.owned).toBe(before);
    expect(a.log.filter((line) => line.startsWith('revoked'))).toHaveLength(1);
  });

  it('fences the older of two processes with one instance id', async () => {
    const world = new World();
    const first = world.join('a', { instanceId: 'i1' });
    await world.settled(first);
    const second = world.join('a', { instanceId: 'i1' });
    await world.clock.until(() => second.working.size === 4);
    expect(first.working.size).toBe(0);
    expect(first.errors.map(({ code }) => code)).toEqual(['MEMBER_FENCED']);
  });

  it('leaves a partition alone for a while that somebody outside of the group reads', async () => {
    const world = new World();
    const a = world.join('a');
    await world.settled(a);
    const delays: number[] = [];
    for (let i = 0; i < 4; i++) {
      a.coordinator.stolen({ topic: 'a', partition: 0 });
      const sinceMs = world.clock.now();
      await world.clock.until(() => a.working.size === 4);
      delays.push(world.clock.now() - sinceMs);
    }
    expect(a.log.filter((line) => line === 'lost a-0')).toHaveLength(4);
    expect(delays[3]).toBeGreaterThan((delays[0] ?? 0) * 2);
  });

  it('reads partitions that are added later', async () => {
    const world = new World();
    const a = world.join('a', { partitionRefreshMs: 10_000 });
    await world.settled(a);
    world.topics.set('a', 6);
    await world.clock.until(() => a.working.size === 6, { limitMs: 20_000 });
  });
});

describe('a start that cannot work', () => {
  const failure = async (world: World, more: Partial<CoordinatorOptions>) => {
    const member = world.join('m', more);
    await world.clock.until(() => member.errors.length > 0);
    await world.clock.advance(60_000);
    const { members, ownerships } = await world.store.inner.load(group, ['a']);
    const written = members.filter(({ clientId }) => clientId === 'm');
    return { errors: member.errors, written: [...written, ...ownerships] };
  };

  it.each([-13_000, 13_000])(
    'says that the clocks are %i ms apart, and writes nothing',
    async (skewMs) => {
      const { errors, written } = await failure(new World({ skewMs }), {});
      expect(errors).toMatchObject([
        { code: 'INVALID_CONFIG', message: expect.stringContaining('maxClockSkewMs') },
      ]);
      expect(written).toEqual([]);
    },
  );

  it('says which hub there is none of, and writes nothing', async () => {
    const { errors, written } = await failure(new World(), {
      partitionCounts: async () => new Map(),
    });
    expect(errors).toMatchObject([{ code: 'UNKNOWN_TOPIC' }]);
    expect(written).toEqual([]);
  });

  it('says which assignors the group has, and disturbs nobody', async () => {
    const world = new World();
    world.topics = new Map([['a', 0]]);
    world.join('other', { assignors: [range] });
    await world.clock.advance(5_000);
    const { errors, written } = await failure(world, { assignors: [roundRobin] });
    expect(errors).toMatchObject([
      { code: 'INCOMPATIBLE_GROUP', message: expect.stringContaining('range') },
    ]);
    expect(written).toEqual([]);
  });

  it('lists all problems of its options at once', () => {
    const more = { topics: [], assignors: [], heartbeatIntervalMs: 20_000 };
    expect(() => new World().join('m', more)).toThrow(
      /topics is empty.*assignors is empty.*heartbeatIntervalMs is 20000/,
    );
  });
});

describe('a group shared with official processors', () => {
  /** Renews what official processors own, as they do every ten seconds. */
  const renewing = async (world: World, owned: Map<number, string>, rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      const { ownerships } = await world.store.inner.load(group, ['a']);
      for (const [partition, owner] of owned) {
        const record = ownerships.find((each) => each.partition === partition);
        if (record !== undefined && record.owner !== owner) owned.delete(partition);
        else await world.official(owner, [partition]);
      }
      await world.clock.advance(10_000);
    }
  };

  it('takes its share of a hub that official processors have, and no more', async () => {
    const world = new World();
    const owned = new Map([0, 1, 2, 3].map((partition) => [partition, 'js']));
    await world.official('js', [0, 1, 2, 3]);
    const a = world.join('a');
    await renewing(world, owned, 6);
    expect(a.working.size).toBe(2);
    expect(owned.size).toBe(2);
    expect([...a.working.values()].map(({ claimed }) => claimed.ownerLevel)).toEqual([0, 0]);
    const moves = a.log.length;
    await renewing(world, owned, 12);
    expect(a.log).toHaveLength(moves);
  });

  it('renews what it owns, or official processors would take it for free', async () => {
    const world = new World();
    const owned = new Map([[0, 'js']]);
    const a = world.join('a');
    await world.settled(a);
    await world.official('js', [0]);
    await renewing(world, owned, 6);
    const { serverTimeMs, ownerships } = await world.store.inner.load(group, ['a']);
    const ours = ownerships.filter(({ owner }) => owner === a.coordinator.memberId);
    expect(ours.length).toBe(2);
    for (const { modifiedMs } of ours) expect(serverTimeMs - modifiedMs).toBeLessThan(20_000);
  });

  it('changes to owner level 0 when one comes, and back when all are gone', async () => {
    const world = new World();
    const owned = new Map([[0, 'js']]);
    const a = world.join('a');
    await world.settled(a);
    await world.official('js', [0]);
    await renewing(world, owned, 3);
    expect(a.log).toContain('lost a-0');
    expect(a.levels.every(({ ownerLevel }) => ownerLevel === 0)).toBe(true);
    expect(a.levels).toHaveLength(3);
    await world.clock.advance(200_000);
    expect(a.owned).toBe('a-0 a-1 a-2 a-3');
    expect(a.levels.slice(3).every(({ ownerLevel }) => ownerLevel > 0)).toBe(true);
  });

  it('is ready for official processors from the start, if it is told to expect them', async () => {
    const world = new World();
    const a = world.join('a', { officialProcessors: 'expected' });
    await world.settled(a);
    await world.clock.advance(120_000);
    expect([...a.working.values()].map(({ claimed }) => claimed.ownerLevel)).toEqual([0, 0, 0, 0]);
    const { serverTimeMs, ownerships } = await world.store.inner.load(group, ['a']);
    for (const { modifiedMs } of ownerships) expect(serverTimeMs - modifiedMs).toBeLessThan(5_000);
    expect(a.levels).toEqual([]);
  });

  it('shares evenly among several of both kinds', async () => {
    const world = new World();
    world.topics = new Map([['a', 10]]);
    const owned = new Map<number, string>();
    for (let i = 0; i < 10; i++) owned.set(i, i < 5 ? 'js' : 'py');
    for (const [partition, owner] of owned) await world.official(owner, [partition]);
    const [a, b] = [world.join('a'), world.join('b')];
    await renewing(world, owned, 12);
    const sizes = [a.working.size, b.working.size];
    for (const name of ['js', 'py'])
      sizes.push([...owned.values()].filter((owner) => owner === name).length);
    expect(sizes.toSorted()).toEqual([2, 2, 3, 3]);
  });
});
