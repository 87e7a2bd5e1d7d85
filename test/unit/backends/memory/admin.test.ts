import { describe, expect, it } from 'vitest';
import { memory } from '../../../../src/backends/memory/index.ts';
import { MemoryWorld } from '../../../support/memory-world.ts';

describe('memory backend: admin', () => {
  it('creates, grows, lists and deletes topics', async () => {
    const admin = new MemoryWorld({ topics: { a: 1 } }).open('operator').openAdmin();
    await admin.createTopic({ topic: 'b', partitions: 2 });
    await admin.addPartitions('b', 3);
    expect(await admin.topics()).toMatchObject([
      { topic: 'a', partitions: 1 },
      { topic: 'b', partitions: 3 },
    ]);
    await expect(admin.createTopic({ topic: 'a', partitions: 1 })).rejects.toMatchObject({
      code: 'TOPIC_EXISTS',
    });
    await expect(admin.addPartitions('b', 3)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await admin.deleteTopic('a');
    await expect(admin.topics(['a'])).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
  });

  it('tells offsets by rule and by time', async () => {
    const world = new MemoryWorld({ topics: { orders: 2 } });
    const admin = world.open('operator').openAdmin();
    await world.producer().send('orders', [
      { value: 'a', partition: 0, timestampMs: 1_000 },
      { value: 'b', partition: 0, timestampMs: 2_000 },
    ]);
    const offsets = async (at: Parameters<typeof admin.offsets>[1]) =>
      (await admin.offsets('orders', at)).map(({ offset }) => offset);
    expect(await offsets('earliest')).toEqual([0, 0]);
    expect(await offsets('latest')).toEqual([2, 0]);
    expect(await offsets({ timestampMs: 1_500 })).toEqual([1, 0]);
    expect(await offsets({ timestampMs: 3_000 })).toEqual([2, 0]);
  });

  it('describes groups, and sets positions only while nobody is a member', async () => {
    const world = new MemoryWorld();
    const admin = world.open('operator').openAdmin();
    const position = { topic: 'orders', partition: 1, offset: 5 };
    await admin.commit('billing', [position]);
    expect(await admin.committed('billing')).toEqual([{ ...position, metadata: '' }]);
    expect(await admin.committed('billing', ['other'])).toEqual([]);
    expect(await admin.group('billing')).toMatchObject({ state: 'Empty', members: [] });
    expect(await admin.group('unheard of')).toMatchObject({ state: 'Dead', members: [] });
    const a = world.join('a');
    await world.shared(a);
    expect(a.listener.owned.get('orders-1')?.position).toEqual({ offset: 5 });
    expect(await admin.groups()).toEqual(['billing']);
    expect(await admin.group('billing')).toMatchObject({
      state: 'Stable',
      assignor: 'cooperative-sticky',
      members: [{ clientId: 'a', partitions: { length: 4 } }],
    });
    await expect(admin.commit('billing', [position])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('is closed with its backend', async () => {
    const backend = new MemoryWorld().open('operator');
    const admin = backend.openAdmin();
    await backend.close();
    await expect(admin.topics()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('memory backend: options', () => {
  it('names all problems at once', () => {
    const wrong = { topics: { a: 0 }, autoCreate: { partitions: 1.5 }, maxRecordBytes: -1 };
    expect(() => memory(wrong)).toThrow(
      'topics.a is 0, expected a whole number from 1 on; autoCreate.partitions is 1.5, expected a whole number from 1 on; maxRecordBytes is -1',
    );
  });
});
