import { describe, expect, it } from 'vitest';
import { range } from '../../../../src/assignors/index.ts';
import { PartitaError } from '../../../../src/core/index.ts';
import { MemoryWorld } from '../../../support/memory-world.ts';

const fencedFailure = [{ error: { code: 'COMMIT_FENCED', retriable: false } }];

describe('memory backend: commits', () => {
  it('stores positions with their metadata, the later call last', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    world.broker.faults.delay('commit', 200);
    const first = a.session.commit([a.commitOf(0, 5, 'old'), a.commitOf(1, 6)]);
    world.broker.faults.delay('commit', 0);
    const second = a.session.commit([a.commitOf(0, 7, 'new')]);
    await world.clock.advance(200);
    expect([await first, await second]).toEqual([[], []]);
    expect(world.broker.committed('billing')).toEqual([
      { topic: 'orders', partition: 0, offset: 7, metadata: 'new' },
      { topic: 'orders', partition: 1, offset: 6, metadata: '' },
    ]);
  });

  it('takes commits while a partition is being handed over, and fences them afterwards', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    const commit = a.commitOf(3, 9);
    const drained: unknown[] = [];
    a.listener.drain = async () => {
      drained.push(await a.session.commit([commit]));
    };
    const b = world.join('b');
    await world.shared(a, b);
    expect(drained).toEqual([[]]);
    expect(b.listener.owned.get('orders-3')?.position).toEqual({ offset: 9 });
    expect(await a.session.commit([{ ...commit, position: { offset: 10 } }])).toMatchObject(
      fencedFailure,
    );
    expect(world.broker.committed('billing')).toMatchObject([{ offset: 9 }]);
  });

  it('keeps the epoch of a partition that stays through rebalances good', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    const b = world.join('b');
    await world.shared(a, b);
    expect(world.broker.generation('billing')).toBeGreaterThan(1);
    expect(await a.session.commit([a.commitOf(0, 4)])).toEqual([]);
  });

  it('stores the commit of a kept partition also when it meets the opening of the barrier', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    world.join('b');
    const results: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      results.push(await a.session.commit([a.commitOf(0, i)]));
      await world.clock.advance(0);
    }
    expect(results.flat()).toEqual([]);
  });

  it('fences a commit with an epoch of before the last rebalance', async () => {
    const world = new MemoryWorld();
    const a = world.join('a', { assignors: [range] });
    await world.shared(a);
    const old = a.commitOf(0, 3);
    a.session.requestRejoin('to move on by one generation');
    await world.clock.until(() => world.broker.generation('billing') === 2);
    await world.shared(a);
    expect(await a.session.commit([old, a.commitOf(1, 4)])).toMatchObject(fencedFailure);
    expect(world.broker.committed('billing')).toMatchObject([{ partition: 1, offset: 4 }]);
  });

  it('fences a process whose session is over before it knows, and then tells it', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    const commit = a.commitOf(0, 3);
    world.broker.faults.expire('a');
    expect(await a.session.commit([commit])).toMatchObject(fencedFailure);
    await world.clock.advance(0);
    expect(a.listener.log[1]).toBe('lost orders-0 orders-1 orders-2 orders-3');
    expect(world.broker.committed('billing')).toEqual([]);
  });

  it('refuses metadata that is too long, for that partition alone', async () => {
    const world = new MemoryWorld({ topics: { orders: 4 }, commitMetadataBytes: 3 });
    const a = world.join('a');
    await world.shared(a);
    const failures = await a.session.commit([a.commitOf(0, 1, 'äö'), a.commitOf(1, 1, 'abc')]);
    expect(failures).toMatchObject([{ partition: 0, error: { code: 'INVALID_CONFIG' } }]);
    expect(world.broker.committed('billing')).toMatchObject([{ partition: 1 }]);
  });

  it('fails as ordered, and a crashed process stores nothing', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    const error = new PartitaError('UNAVAILABLE', 'busy', { retriable: true });
    world.broker.faults.failNext('commit', error);
    await expect(a.session.commit([a.commitOf(0, 1)])).rejects.toBe(error);
    expect(await a.session.commit([a.commitOf(0, 2)])).toEqual([]);
    world.broker.faults.crash('a');
    await expect(a.session.commit([a.commitOf(0, 3)])).rejects.toMatchObject({ code: 'CLOSED' });
    expect(world.broker.committed('billing')).toMatchObject([{ offset: 2 }]);
  });

  it('takes none after close', async () => {
    const world = new MemoryWorld();
    const a = world.join('a', { instanceId: 'a' });
    await world.shared(a);
    const commit = a.commitOf(0, 1);
    await a.session.close();
    await expect(a.session.commit([commit])).rejects.toMatchObject({ code: 'CLOSED' });
    expect(world.broker.committed('billing')).toEqual([]);
  });
});
