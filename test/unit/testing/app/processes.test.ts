import { describe, expect, it } from 'vitest';
import { memory } from '../../../../src/backends/memory/index.ts';
import { type ConsumerOptions, PartitaError, partita, skip } from '../../../../src/index.ts';
import { records, testApp, textOf } from '../../../../src/testing/index.ts';

const declared = (options: Partial<ConsumerOptions>) =>
  partita({ backend: memory() }).consume('orders', {
    group: 'billing',
    onError: skip(),
    handle() {},
    ...options,
  } as ConsumerOptions as never);

describe('processes of an application under test', () => {
  it('write nothing once they have been killed, whatever their handlers still do', async () => {
    const gate = Promise.withResolvers<void>();
    const zombie = Promise.withResolvers<unknown>();
    let calls = 0;
    const app = declared({
      async handle(_, { publish }) {
        if (++calls > 1) return void (await publish('out', { value: 'new process' }));
        await gate.promise;
        await publish('out', { value: 'killed process' }).catch(zombie.resolve);
      },
    });
    await using t = await testApp(app);
    await t.produce('orders', { value: 'x' });
    await t.until(() => calls === 1);
    await t.crash();
    gate.resolve();
    await t.idle();
    const error = await zombie.promise;
    expect(PartitaError.is(error) && error.code).toBe('CLOSED');
    expect(t.records('out').map(textOf)).toEqual(['new process']);
    expect(t.handled().map(({ state }) => state)).toEqual(['running', 'done']);
  });

  it('commit what their batches had come to when they were killed', async () => {
    const gate = Promise.withResolvers<void>();
    let calls = 0;
    const app = partita({ backend: memory() }).consume('orders', {
      group: 'billing',
      onError: skip(),
      batch: { maxRecords: 10 },
      commit: 'perBatch',
      handleBatch: () => (++calls === 2 ? gate.promise : undefined),
    });
    await using t = await testApp(app);
    await t.produce('orders', records('order', 30));
    await t.until(() => calls === 2);
    await t.crash();
    expect(t.committed('orders')).toEqual([10]);
    gate.resolve();
    await t.idle();
    const batches = t.handled().map(({ records: [first], state }) => [first?.offset, state]);
    expect(batches).toEqual([
      [0, 'done'],
      [10, 'running'],
      [10, 'done'],
      [20, 'done'],
    ]);
    expect(t.committed('orders')).toEqual([30]);
  });

  it.each(['range', 'roundrobin', 'sticky', 'cooperative-sticky'] as const)(
    'share and take over by %s, without repeating what was committed',
    async (assignor) => {
      await using t = await testApp(declared({ assignor }), { topics: { orders: 6 } });
      await t.produce('orders', records('a', 30));
      const other = await t.join();
      const shares = [t.app, other.app].map((app) => app.consumers[0]?.status().partitions.length);
      expect(shares).toEqual([3, 3]);
      await t.produce('orders', records('b', 30));
      await t.idle();
      await other.crash();
      await t.produce('orders', records('c', 30));
      await t.rebalance();
      await t.idle();
      expect(t.handled()).toHaveLength(90);
    },
  );

  it('have names of their own as static members, and keep them when they are started anew', async () => {
    await using t = await testApp(declared({ instanceId: 'one' }), { topics: { orders: 4 } });
    await t.join();
    const shares = () => t.app.consumers[0]?.status().partitions.length;
    expect(shares()).toBe(2);
    await t.crash();
    await t.produce('orders', records('a', 20));
    await t.idle();
    expect(shares()).toBe(2);
    expect(t.handled()).toHaveLength(20);
  });
});
