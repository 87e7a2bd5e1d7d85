import { describe, expect, it } from 'vitest';
import { MemoryWorld } from '../../../support/memory-world.ts';

const orders = (partition: number) => ({ topic: 'orders', partition });

describe('memory backend: delivery', () => {
  it('pushes what is in the log and what comes later, in order, with the end of the log', async () => {
    const world = new MemoryWorld();
    await world.write(1, 'a', 'b');
    const a = world.join('a');
    await world.shared(a);
    await world.clock.advance(0);
    expect(a.listener.values(1)).toEqual(['a', 'b']);
    await world.write(1, 'c');
    await world.clock.advance(0);
    expect(a.listener.values(1)).toEqual(['a', 'b', 'c']);
    expect(a.listener.batches.at(-1)).toMatchObject({
      ...orders(1),
      next: { offset: 3 },
      logEndOffset: 3,
    });
  });

  it('keeps a batch to maxBytesPerPartition, but always moves on by one record', async () => {
    const world = new MemoryWorld();
    await world.write(0, 'x'.repeat(10), 'y'.repeat(10), 'z'.repeat(500));
    const fetch = { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 60 };
    const a = world.join('a', { fetch });
    await world.clock.until(() => a.listener.values().length === 3);
    expect(a.listener.batches.map((batch) => batch.records.length)).toEqual([2, 1]);
    expect(a.listener.batches.map((batch) => batch.bytes)).toEqual([52, 516]);
  });

  it('lets no partition wait for another that has no room', async () => {
    const world = new MemoryWorld();
    await world.write(0, 'a');
    await world.write(1, 'b');
    const a = world.join('a');
    a.listener.hasRoom = (batch) => batch.partition !== 0;
    await world.clock.until(() => a.listener.values().length === 2);
    await world.write(0, 'c');
    await world.write(1, 'd');
    await world.clock.advance(10_000);
    expect(a.listener.values(0)).toEqual(['a']);
    expect(a.listener.values(1)).toEqual(['b', 'd']);
    a.session.resume([orders(0)]);
    expect(a.listener.values(0)).toEqual(['a']);
    await world.clock.advance(0);
    expect(a.listener.values(0)).toEqual(['a', 'c']);
  });

  it('pauses until resume, and ignores partitions that are not ours', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    a.session.pause([orders(0), orders(99)]);
    await world.write(0, 'a');
    await world.clock.advance(1_000);
    expect(a.listener.values()).toEqual([]);
    a.session.resume([orders(0), orders(99)]);
    await world.clock.advance(0);
    expect(a.listener.values()).toEqual(['a']);
  });

  it('goes on where it was sent, forwards and back', async () => {
    const world = new MemoryWorld();
    await world.write(0, 'a', 'b', 'c');
    const a = world.join('a');
    await world.clock.until(() => a.listener.values().length === 3);
    a.session.seek(orders(0), { offset: 1 });
    await world.clock.advance(0);
    expect(a.listener.values()).toEqual(['a', 'b', 'c', 'b', 'c']);
    a.session.pause([orders(0)]);
    a.session.seek(orders(0), { offset: 2 });
    await world.clock.advance(1_000);
    expect(a.listener.values().length).toBe(5);
    a.session.resume([orders(0)]);
    await world.clock.advance(0);
    expect(a.listener.values().slice(5)).toEqual(['c']);
  });

  it('pushes nothing of a partition that is being handed over', async () => {
    const world = new MemoryWorld();
    const a = world.join('a');
    await world.shared(a);
    const drained = Promise.withResolvers<void>();
    a.listener.drain = () => drained.promise;
    const b = world.join('b');
    await world.clock.until(() => a.listener.log.some((line) => line.startsWith('revoked')));
    for (const partition of [0, 1, 2, 3]) await world.write(partition, `p${partition}`);
    await world.clock.advance(1_000);
    expect(a.listener.values()).toEqual(['p0', 'p1']);
    drained.resolve();
    await world.shared(a, b);
    await world.clock.advance(0);
    expect(b.listener.values()).toEqual(['p2', 'p3']);
  });

  it('passes the gaps that compaction and markers leave', async () => {
    const world = new MemoryWorld();
    const producer = world.producer();
    const keyed = (key: string, value: string | null) => ({ key, value, partition: 0 });
    await producer.send('orders', [
      keyed('a', '1'),
      keyed('b', '2'),
      keyed('a', '3'),
      keyed('b', null),
    ]);
    world.broker.compact('orders');
    world.broker.appendMarkers(orders(0), 2);
    const a = world.join('a');
    await world.clock.until(() => a.listener.values().length === 1);
    expect(a.listener.batches.map((batch) => [batch.next.offset, batch.logEndOffset])).toEqual([
      [6, 6],
    ]);
    expect(a.listener.batches[0]?.records[0]?.offset).toBe(2);
    world.broker.appendMarkers(orders(0));
    await world.clock.advance(0);
    expect(a.listener.batches[1]).toMatchObject({ records: [], next: { offset: 7 } });
  });

  // A cost per record that grew with the log would take minutes, and end in the time limit of the test.
  it('hands over a log of half a million records', async () => {
    const world = new MemoryWorld({ topics: { orders: 1 } });
    const producer = world.producer();
    const value = Buffer.alloc(100);
    const records = Array.from({ length: 100_000 }, () => ({ value }));
    for (let i = 0; i < 5; i++) await producer.send('orders', records);
    const a = world.join('a');
    let pushed = 0;
    await world.clock.until(() => {
      pushed = a.listener.batches.reduce((sum, batch) => sum + batch.records.length, 0);
      return pushed === 500_000;
    });
    expect(pushed).toBe(500_000);
  });
});

describe('memory backend: where reading begins', () => {
  it.each([
    ['earliest', 'earliest', ['b', 'c', 'd']],
    ['latest', 'latest', ['d']],
    ['an offset', { offset: 2 }, ['c', 'd']],
    ['a time', { timestampMs: 2_000 }, ['b', 'c', 'd']],
    ['a time after the last record', { timestampMs: 9_000 }, ['d']],
  ] as const)('begins at %s', async (_, start, expected) => {
    const world = new MemoryWorld({ topics: { orders: 1 } });
    await world.producer().send('orders', [
      { value: 'a', timestampMs: 1_000 },
      { value: 'b', timestampMs: 2_000 },
      { value: 'c', timestampMs: 3_000 },
    ]);
    world.broker.deleteRecordsBefore(orders(0), 1);
    const a = world.join('a', { start });
    await world.clock.until(() => a.listener.owned.size === 1);
    await world.write(0, 'd');
    await world.clock.advance(0);
    expect(a.listener.values()).toEqual(expected);
    expect([...a.listener.owned.values()][0]?.committed).toBe(false);
  });

  it('begins at the committed position with its metadata, whatever start says', async () => {
    const world = new MemoryWorld({ topics: { orders: 1 } });
    await world.write(0, 'a', 'b', 'c');
    const a = world.join('a');
    await world.clock.until(() => a.listener.values().length === 3);
    expect(await a.session.commit([a.commitOf(0, 2, 'note')])).toEqual([]);
    await a.session.close({ leave: true });
    const b = world.join('b', { start: 'latest' });
    await world.clock.until(() => b.listener.values().length === 1);
    expect(b.listener.values()).toEqual(['c']);
    expect([...b.listener.owned.values()]).toMatchObject([
      { position: { offset: 2 }, committed: true, metadata: 'note' },
    ]);
  });

  it('stands still when the position is gone and the policy says fail, until a seek', async () => {
    const world = new MemoryWorld({ topics: { orders: 1 } });
    await world.write(0, 'a', 'b', 'c');
    world.broker.deleteRecordsBefore(orders(0), 2);
    const a = world.join('a', { start: { offset: 0 } });
    await world.clock.until(() => a.listener.errors.length === 1);
    await world.write(0, 'd');
    await world.clock.advance(1_000);
    expect(a.listener.log).toEqual(['assigned orders-0', 'failed OFFSET_OUT_OF_RANGE orders-0']);
    expect(a.listener.errors[0]).toMatchObject({ retriable: false, offset: 0 });
    expect(a.listener.values()).toEqual([]);
    a.session.seek(orders(0), { offset: 2 });
    await world.clock.advance(0);
    expect(a.listener.values()).toEqual(['c', 'd']);
  });

  it.each([
    ['earliest', ['c']],
    ['latest', []],
  ] as const)(
    'goes on at %s when the position is gone, and says so',
    async (outOfRange, values) => {
      const world = new MemoryWorld({ topics: { orders: 1 } });
      await world.write(0, 'a', 'b', 'c');
      world.broker.deleteRecordsBefore(orders(0), 2);
      const a = world.join('a', { start: { offset: 0 }, outOfRange });
      await world.clock.until(() => a.listener.errors.length === 1);
      await world.clock.advance(0);
      expect(a.listener.errors[0]).toMatchObject({ code: 'OFFSET_OUT_OF_RANGE', retriable: true });
      expect(a.listener.values()).toEqual(values);
    },
  );

  it('notices that retention has overtaken a paused partition', async () => {
    const world = new MemoryWorld({ topics: { orders: 1 } });
    await world.write(0, 'a', 'b', 'c');
    const a = world.join('a', { outOfRange: 'earliest' });
    a.listener.hasRoom = () => false;
    const fetch = { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 1 };
    const b = world.join('b', { group: 'other', outOfRange: 'earliest', fetch });
    b.listener.hasRoom = () => false;
    await world.clock.until(() => b.listener.values().length === 1);
    world.broker.deleteRecordsBefore(orders(0), 2);
    b.listener.hasRoom = () => true;
    b.session.resume([orders(0)]);
    await world.clock.until(() => b.listener.values().length === 2);
    expect(b.listener.values()).toEqual(['a', 'c']);
    expect(b.listener.errors).toMatchObject([{ code: 'OFFSET_OUT_OF_RANGE', retriable: true }]);
  });
});
