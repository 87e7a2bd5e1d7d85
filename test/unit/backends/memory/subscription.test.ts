import { describe, expect, it } from 'vitest';
import { MemoryWorld, type Process } from '../../../support/memory-world.ts';

const names = (process: Process) => process.listener.ownedNames;

describe('memory backend: subscriptions', () => {
  it('ends a session whose topic does not exist', async () => {
    const world = new MemoryWorld({ topics: {} });
    const a = world.join('a');
    await world.clock.until(() => a.listener.errors.length > 0);
    await world.clock.advance(100_000);
    expect(a.listener.log).toEqual(['failed UNKNOWN_TOPIC']);
    expect(a.listener.errors[0]?.message).toContain('Topic orders does not exist');
  });

  it('makes topics up when told to', async () => {
    const world = new MemoryWorld({ autoCreate: { partitions: 2 } });
    const a = world.join('a');
    await world.clock.until(() => a.listener.owned.size === 2);
    await world.producer().send('new', [{ value: 'x' }]);
    expect(world.broker.records('new').length).toBe(1);
  });

  it('follows a pattern: whole names, and topics that come later', async () => {
    const world = new MemoryWorld({ topics: { 'log-a': 1, 'my-log-a': 1 } });
    const admin = world.open('operator').openAdmin();
    const pattern = { kind: 'pattern', pattern: /log-.|other/g } as const;
    const a = world.join('a', { subscription: pattern });
    const b = world.join('b', { subscription: pattern });
    await world.clock.until(() => names(a) === 'log-a-0');
    await admin.createTopic({ topic: 'log-b', partitions: 1 });
    await admin.createTopic({ topic: 'my-log-b', partitions: 1 });
    await world.clock.until(() => names(b) === 'log-b-0');
    expect(names(a)).toBe('log-a-0');
  });

  it('shares out partitions that are added', async () => {
    const world = new MemoryWorld({ topics: { orders: 1 } });
    const admin = world.open('operator').openAdmin();
    const a = world.join('a');
    const b = world.join('b');
    await world.clock.until(() => names(a) === 'orders-0');
    await admin.addPartitions('orders', 3);
    await world.clock.until(() => a.listener.owned.size + b.listener.owned.size === 3);
  });

  it('loses the partitions of a deleted topic, also when one of that name is made anew', async () => {
    const world = new MemoryWorld({ topics: { orders: 1 } });
    const admin = world.open('operator').openAdmin();
    await world.write(0, 'old');
    const a = world.join('a');
    await world.clock.until(() => a.listener.values().length === 1);
    await a.session.commit([a.commitOf(0, 1)]);
    await admin.deleteTopic('orders');
    await admin.createTopic({ topic: 'orders', partitions: 1 });
    await world.write(0, 'new');
    await world.clock.until(() => a.listener.values().length === 2);
    expect(a.listener.log).toEqual(['assigned orders-0', 'lost orders-0', 'assigned orders-0']);
    expect(a.listener.values()).toEqual(['old', 'new']);
    await admin.deleteTopic('orders');
    await world.clock.until(() => a.listener.errors.length > 0);
    expect(a.listener.log.slice(3)).toEqual(['lost orders-0', 'failed UNKNOWN_TOPIC']);
  });
});

describe('memory backend: chosen partitions', () => {
  const chosen = {
    subscription: { kind: 'partitions', partitions: [{ topic: 'orders', partition: 1 }] },
  } as const;

  it('reads them without a group', async () => {
    const world = new MemoryWorld();
    await world.write(1, 'a');
    const a = world.join('a', { ...chosen, group: null });
    await world.clock.until(() => a.listener.values().length === 1);
    await expect(a.session.commit([a.commitOf(1, 1)])).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    });
    expect(a.listener.log).toEqual(['assigned orders-1']);
  });

  it('keeps positions in a group that has no members', async () => {
    const world = new MemoryWorld();
    await world.write(1, 'a', 'b');
    const a = world.join('a', chosen);
    await world.clock.until(() => a.listener.values().length === 2);
    expect(await a.session.commit([a.commitOf(1, 1)])).toEqual([]);
    await a.session.close();
    const b = world.join('b', chosen);
    await world.clock.until(() => b.listener.values().length === 1);
    expect(b.listener.values()).toEqual(['b']);
    const member = world.join('member');
    await world.shared(member);
    expect(await b.session.commit([b.commitOf(1, 2)])).toMatchObject([
      { error: { code: 'COMMIT_FENCED' } },
    ]);
  });

  it('ends when a partition does not exist, and loses what is deleted', async () => {
    const world = new MemoryWorld();
    const wrong = { topic: 'orders', partition: 4 };
    const a = world.join('a', { subscription: { kind: 'partitions', partitions: [wrong] } });
    const b = world.join('b', chosen);
    await world.clock.advance(0);
    expect(b.listener.log).toEqual(['assigned orders-1']);
    expect(a.listener.log).toEqual(['failed UNKNOWN_PARTITION']);
    await world.open('operator').openAdmin().deleteTopic('orders');
    await world.clock.until(() => b.listener.log.length === 2);
    expect(b.listener.log[1]).toBe('lost orders-1');
  });
});
