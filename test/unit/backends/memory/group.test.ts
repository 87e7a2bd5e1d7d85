import { describe, expect, it } from 'vitest';
import { cooperativeSticky, range, roundRobin, sticky } from '../../../../src/assignors/index.ts';
import { PartitaError } from '../../../../src/core/index.ts';
import { MemoryWorld } from '../../../support/memory-world.ts';

describe('memory backend: groups', () => {
  it('gives a lone member everything, and nothing before openGroup has returned', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    expect(a.listener.log).toEqual([]);
    await world.shared(a);
    expect(a.listener.log).toEqual(['assigned orders-0 orders-1 orders-2 orders-3']);
    expect(a.listener.states.map((state) => state.state)).toEqual(['joining', 'stable']);
    expect(a.listener.states.at(-1)).toMatchObject({
      generation: 1,
      assignor: 'cooperative-sticky',
      isLeader: true,
    });
  });

  it('takes members that join in the same moment into one generation', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    const b = world.join('b');
    await world.shared(a, b);
    expect([a.listener.generation, b.listener.generation]).toEqual([1, 1]);
    expect([a.listener.owned.size, b.listener.owned.size]).toEqual([2, 2]);
  });

  it('moves cooperatively: who stays keeps reading, and only what moves is revoked', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    const b = world.join('b');
    await world.shared(a, b);
    expect(a.listener.log).toEqual([
      'assigned orders-0 orders-1 orders-2 orders-3',
      'assigned ',
      'revoked orders-2 orders-3',
      'assigned ',
    ]);
    expect(b.listener.log).toEqual(['assigned ', 'assigned orders-2 orders-3']);
  });

  it('gives a cooperative partition to nobody before its owner has let go', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    const drained = Promise.withResolvers<void>();
    a.listener.drain = () => drained.promise;
    const b = world.join('b');
    await world.clock.until(() => a.listener.log.includes('revoked orders-2 orders-3'));
    await world.clock.advance(30_000);
    expect(b.listener.owned.size).toBe(0);
    drained.resolve();
    await world.shared(a, b);
  });

  it.each([range, roundRobin, sticky])(
    'moves eagerly with $name: all is revoked before anything is assigned',
    async (assignor) => {
      const world = new MemoryWorld();
      const a = world.join('a', { assignors: [assignor] });
      await world.shared(a);
      const b = world.join('b', { assignors: [assignor] });
      await world.shared(a, b);
      expect(a.listener.log.slice(0, 2)).toEqual([
        'assigned orders-0 orders-1 orders-2 orders-3',
        'revoked orders-0 orders-1 orders-2 orders-3',
      ]);
      expect(a.listener.generation).toBe(2);
      expect(a.listener.owned.size).toBe(2);
    },
  );

  it('keeps what sticky members had, although they gave it up to join', async () => {
    const world = new MemoryWorld();
    const a = world.join('a', { assignors: [sticky] });
    await world.shared(a);
    const b = world.join('b', { assignors: [sticky] });
    await world.shared(a, b);
    const before = a.listener.ownedNames;
    const c = world.join('c', { assignors: [sticky] });
    await world.shared(a, b, c);
    await b.session.close({ leave: true });
    await world.shared(a, c);
    expect(before.includes([...a.listener.owned.keys()][0] ?? '')).toBe(true);
  });

  it('settles on the assignor that most members prefer among those all offer', async () => {
    const world = new MemoryWorld();
    const a = world.join('a', { assignors: [range] });
    const b = world.join('b', { assignors: [roundRobin, range] });
    await world.shared(a, b);
    expect(a.listener.states.at(-1)?.assignor).toBe('range');
  });

  it('refuses a member that shares no assignor with the group', async () => {
    const world = new MemoryWorld();
    const a = world.join('a', { assignors: [range] });
    await world.shared(a);
    const b = world.join('b', { assignors: [cooperativeSticky] });
    await world.clock.until(() => b.listener.errors.length > 0);
    expect(b.listener.log).toEqual(['failed INCOMPATIBLE_GROUP']);
    expect(b.listener.errors[0]?.message).toContain('has in common only: range');
    expect(a.listener.owned.size).toBe(4);
  });

  it('gives the partitions of a leaving member to the others at once', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    const b = world.join('b');
    await world.shared(a, b);
    const before = world.clock.now();
    await b.session.close({ leave: true });
    await world.shared(a);
    expect(world.clock.now() - before).toBe(0);
  });

  it.each([
    ['a crashed process', (world: MemoryWorld) => world.broker.faults.crash('b')],
    ['a session closed without leaving', undefined],
  ])('takes over from %s when its session times out', async (_, crash) => {
    const world = new MemoryWorld();
    const a = world.join('a');
    const b = world.join('b');
    await world.shared(a, b);
    const before = world.clock.now();
    if (crash) crash(world);
    else await b.session.close();
    await world.shared(a);
    const tookMs = world.clock.now() - before;
    expect(tookMs).toBeGreaterThan(41_000);
    expect(tookMs).toBeLessThanOrEqual(45_000);
  });

  it('keeps a member that drains for long alive, and throws it out at the rebalance time-out', async () => {
    const world = new MemoryWorld();
    const options = { assignors: [range], rebalanceTimeoutMs: 600_000 };
    const a = world.join('a', options);
    await world.shared(a);
    const drained = Promise.withResolvers<void>();
    let deadlineMs = 0;
    a.listener.drain = async (_, given) => {
      deadlineMs = given;
      await drained.promise;
    };
    world.join('b', options);
    await world.clock.until(() => deadlineMs > 0);
    await world.clock.advance(deadlineMs - 1);
    expect(world.broker.generation('billing')).toBe(1);
    await world.clock.advance(1);
    expect(world.broker.generation('billing')).toBe(2);
    expect(deadlineMs).toBe(540_000);
  });

  it('tells a process that was frozen past its session that all is lost, and takes it back', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    const b = world.join('b');
    await world.shared(a, b);
    const thaw = world.broker.faults.freeze('b');
    await world.shared(a);
    expect(b.listener.log).toEqual(['assigned orders-1 orders-3']);
    thaw();
    await world.clock.until(() => b.listener.log.length > 1);
    expect(b.listener.log[1]).toBe('lost orders-1 orders-3');
    await world.shared(a, b);
  });

  it('notices an expired session with the next heartbeat', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    world.broker.faults.expire('a');
    await world.clock.until(() => a.listener.log.length > 1);
    expect(a.listener.log[1]).toBe('lost orders-0 orders-1 orders-2 orders-3');
    await world.shared(a);
    expect(a.listener.log[2]).toBe('assigned orders-0 orders-1 orders-2 orders-3');
  });

  it('joins anew once when a heartbeat and a commit both learn that the session is over', async () => {
    const world = new MemoryWorld();
    const answers: unknown[] = [];
    // Scheduled first, so that it runs right before the heartbeat of the same moment.
    world.clock.schedule(1_000, () => {
      world.broker.faults.expire('a');
      answers.push(a.session.commit([a.commitOf(0, 1)]));
    });
    const a = world.join('a', { heartbeatIntervalMs: 1_000 });
    await world.clock.advance(3_000);
    expect(await Promise.all(answers)).toMatchObject([[{ error: { code: 'COMMIT_FENCED' } }]]);
    expect(a.listener.log.slice(1)).toEqual([
      'lost orders-0 orders-1 orders-2 orders-3',
      'assigned orders-0 orders-1 orders-2 orders-3',
    ]);
    expect(world.broker.generation('billing')).toBe(2);
  });

  it('tells a killed process nothing, whatever happens', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    world.broker.faults.crash('a');
    const b = world.join('b');
    await world.shared(b);
    world.broker.faults.crash('b');
    const before = [...b.listener.log];
    b.session.requestRejoin('nobody hears');
    await world.open('operator').openAdmin().deleteTopic('orders');
    await world.clock.advance(100_000);
    expect([a.listener.log, b.listener.log]).toEqual([[], before]);
  });

  it('calls nothing once the engine has closed the session, also within a call', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    const b = world.join('b');
    const { assigned } = a.listener;
    a.listener.assigned = (added) => {
      assigned.call(a.listener, added);
      void a.session.close({ leave: true });
    };
    await world.shared(b);
    expect(a.listener.log).toEqual(['assigned orders-0 orders-1 orders-2 orders-3', 'assigned ']);
  });

  it('goes on without a member whose own assignor throws', async () => {
    const world = new MemoryWorld();
    const broken = {
      ...range,
      assign: () => {
        throw new Error('boom');
      },
    };
    const a = world.join('a', { assignors: [broken] });
    const b = world.join('b', { assignors: [range] });
    await world.shared(b);
    expect(a.listener.log).toEqual(['failed INTERNAL']);
  });

  it('tries to join again after a passing failure', async () => {
    const world = new MemoryWorld();
    const error = new PartitaError('UNAVAILABLE', 'no coordinator', { retriable: true });
    world.broker.faults.failNext('join', error, 3);
    const a = world.join('a');
    await world.shared(a);
    expect(a.listener.errors).toEqual([error, error, error]);
  });

  it('assigns anew when a member asks for it', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    const b = world.join('b');
    await world.shared(a, b);
    b.session.requestRejoin('weights have changed');
    await world.clock.until(() => world.broker.generation('billing') === 2);
    await world.shared(a, b);
    expect(a.listener.log).toEqual(['assigned orders-0 orders-2', 'assigned ']);
  });

  it('closes at any time, also twice, while joining or while blocked in a hand-over', async () => {
    const world = new MemoryWorld();
    const early = world.join('early');
    await early.session.close({ leave: true });
    const a = world.join('a');
    await world.shared(a);
    a.listener.drain = () => new Promise(() => {});
    const b = world.join('b');
    await world.clock.until(() => a.listener.log.some((line) => line.startsWith('revoked')));
    await a.session.close({ leave: true });
    await a.session.close({ leave: true });
    await world.shared(b);
    expect(early.listener.log).toEqual([]);
  });

  it('leaves no member behind when it is closed while the join request is under way', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    a.listener.drain = () => new Promise(() => {});
    world.broker.faults.delay('join', 500);
    const b = world.join('b');
    await world.clock.advance(100);
    await b.session.close({ leave: true });
    const before = world.clock.now();
    await a.session.close({ leave: true });
    const c = world.join('c');
    await world.shared(c);
    expect(world.clock.now() - before).toBeLessThan(2_000);
  });
});

describe('memory backend: static members', () => {
  it('gives a restarted static member its partitions back without a rebalance', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    const b = world.join('b', { instanceId: 'b-static' });
    await world.shared(a, b);
    await b.session.close({ leave: true });
    await world.clock.advance(20_000);
    expect(a.listener.owned.size).toBe(2);
    const again = world.join('b', { instanceId: 'b-static' });
    await world.shared(a, again);
    expect(again.listener.ownedNames).toBe(b.listener.ownedNames);
    expect(world.broker.generation('billing')).toBe(1);
  });

  it('fences the older of two processes with the same static name', async () => {
    const world = new MemoryWorld();
    const old = world.join('old', { instanceId: 'same' });
    await world.shared(old);
    const commit = old.commitOf(0, 5);
    const young = world.join('young', { instanceId: 'same' });
    await world.clock.until(() => young.listener.owned.size === 4);
    expect(await old.session.commit([commit])).toMatchObject([
      { error: { code: 'COMMIT_FENCED' } },
    ]);
    await world.clock.until(() => old.listener.log.includes('failed MEMBER_FENCED'));
    expect(old.listener.log[1]).toBe('lost orders-0 orders-1 orders-2 orders-3');
    await world.clock.advance(100_000);
    expect(young.listener.owned.size).toBe(4);
  });
});
