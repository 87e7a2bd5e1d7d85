import { describe, expect, it } from 'vitest';
import { CommitFencedError, PartitaError } from '../../../../src/core/index.ts';
import { ManualBatchHandler, ManualHandler, startEngine } from '../../../support/engine.ts';
import { ScriptedBackend } from '../../../support/scripted-backend.ts';

const records = (count: number) => Array.from({ length: count }, () => ({}));
const down = () => new PartitaError('UNAVAILABLE', 'The broker is down.', { retriable: true });

describe('commits', () => {
  it('name the frontier and never pass an unfinished record', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none' },
    });
    backend.append(0, records(4));
    await clock.advance(0);
    handler.finish(1, 2, 3);
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 0 });
    handler.finish(0);
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 4 });
  });

  it('happen every so many milliseconds, and not when nothing was finished', async () => {
    const { backend, clock } = await startEngine({ handle: () => {}, commit: { everyMs: 500 } });
    await clock.advance(499);
    const before = backend.commits.length;
    backend.append(0, records(1));
    await clock.advance(0);
    expect(backend.commits).toHaveLength(before);
    await clock.advance(500);
    expect(backend.commits).toHaveLength(before + 1);
    await clock.advance(10_000);
    expect(backend.commits).toHaveLength(before + 1);
  });

  it('happen every so many records', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      commit: { everyRecords: 3 },
    });
    const before = backend.commits.length;
    backend.append(0, records(7));
    await clock.advance(0);
    for (const offset of [0, 1, 2, 3, 4, 5, 6]) {
      handler.finish(offset);
      await clock.advance(0);
    }
    expect(backend.commits.slice(before).map(({ position }) => position.offset)).toEqual([3, 6]);
  });

  it('happen after each batch', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      handleBatch: handler.handleBatch,
      batch: { maxRecords: 2 },
      commit: 'perBatch',
    });
    const before = backend.commits.length;
    backend.append(0, records(4));
    await clock.advance(0);
    for (let batch = 0; batch < 2; batch++) {
      handler.call.finish();
      await clock.advance(0);
    }
    expect(backend.commits.slice(before).map(({ position }) => position.offset)).toEqual([2, 4]);
  });

  it('happen only on request when they are manual, and on hand-over', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({
      handle: handler.handle,
      commit: 'manual',
    });
    backend.append(0, records(3));
    await clock.advance(0);
    handler.finish(0);
    await clock.advance(60_000);
    expect(backend.commits).toEqual([]);
    await consumer.commit();
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
    handler.finish(1);
    await clock.settle();
    const revoked = backend.revoke([0]);
    handler.finish(2);
    await revoked;
    expect(backend.stored(0)?.position).toEqual({ offset: 3 });
  });

  it('store the record that asks for it', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({ handle: handler.handle, commit: 'manual' });
    backend.append(0, records(2));
    await clock.advance(0);
    await handler.call(0).context.commit();
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });

  it('store the record of a handler that asks for it before it has ever waited', async () => {
    const { backend, clock } = await startEngine({
      commit: 'manual',
      handle: (_: unknown, { commit }: { commit: () => Promise<void> }) => commit(),
    });
    backend.append(0, records(2));
    await clock.advance(0);
    expect(backend.stored(0)?.position).toEqual({ offset: 2 });
  });

  it('of many handlers at once go together in one request', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none' },
      commit: 'manual',
    });
    backend.append(0, records(50));
    await clock.advance(0);
    await Promise.all(handler.running.map(({ context }) => context.commit()));
    expect(backend.commits.map(({ position }) => position.offset)).toEqual([50]);
  });

  it('of one partition leave the others alone when they are manual', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine(
      { handle: handler.handle, commit: 'manual' },
      { partitions: [0, 1] },
    );
    backend.append(0, records(1));
    backend.append(1, records(2));
    await clock.advance(0);
    handler.call(0, 1).finish();
    await clock.settle();
    await handler.call(0, 0).context.commit();
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
    expect(backend.stored(1)).toBeUndefined();
  });

  it('that fail reject the call that asked for them', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({ handle: handler.handle, commit: 'manual' });
    backend.append(0, records(1));
    await clock.advance(0);
    backend.onCommit = () => {
      throw down();
    };
    await expect(handler.call(0).context.commit()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('that fail are tried again with growing pauses until they work', async () => {
    const at: number[] = [];
    const { app, backend, clock, heard } = await startEngine({
      handle: () => {},
      commit: { everyRecords: 1 },
    });
    backend.onCommit = () => {
      at.push(clock.now());
      throw down();
    };
    for (let i = 0; i < 200; i++) {
      backend.append(0, records(1));
      await clock.advance(100);
    }
    const pauses = at.slice(1).map((time, index) => time - (at[index] as number));
    expect(at.length).toBeLessThan(15);
    expect(Math.max(...pauses)).toBeGreaterThan(2_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5_000);
    expect(app.health().problems).toEqual([
      'billing: The position of orders-0 cannot be stored: The broker is down.',
    ]);
    expect(heard('commitFailed')).toHaveLength(at.length);
    backend.onCommit = undefined;
    await clock.advance(5_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 200 });
    expect(app.health().ok).toBe(true);
  });

  it('that fail are tried again soon although the policy stores once an hour', async () => {
    const { backend, clock } = await startEngine({
      handle: () => {},
      commit: { everyMs: 3_600_000 },
    });
    backend.append(0, records(1));
    await clock.advance(0);
    let fails = 1;
    backend.onCommit = () => {
      if (fails-- > 0) throw down();
    };
    await clock.advance(3_600_000 + 1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });

  it('that are refused for good are tried again too: only being fenced is final', async () => {
    const { backend, clock } = await startEngine({ handle: () => {} });
    await clock.advance(0);
    backend.onCommit = () => {
      throw new PartitaError('AUTHORIZATION_FAILED', 'No.');
    };
    backend.append(0, records(1));
    await clock.advance(10_000);
    backend.onCommit = undefined;
    await clock.advance(10_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });

  it('that break in an unknown way count as failed, not as stored', async () => {
    const { backend, clock, heard } = await startEngine({ handle: () => {} });
    await clock.advance(0);
    backend.onCommit = () => {
      throw new TypeError('undefined is not a function');
    };
    backend.append(0, records(1));
    await clock.advance(1_000);
    expect(heard('commitFailed')).toMatchObject([{ error: { code: 'INTERNAL' } }]);
    backend.onCommit = undefined;
    await clock.advance(10_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });

  it('that are fenced are not repeated, and reject the call that asked', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({ handle: handler.handle });
    backend.append(0, records(2));
    await clock.advance(1_000);
    let commits = 0;
    backend.onCommit = () => {
      commits++;
      const error = new CommitFencedError('Another generation.');
      return [{ topic: 'orders', partition: 0, error }];
    };
    await expect(handler.call(0).context.commit()).rejects.toMatchObject({ code: 'COMMIT_FENCED' });
    await clock.advance(60_000);
    expect(commits).toBe(1);
  });

  it('that fail for one partition count for the others', async () => {
    const { backend, clock } = await startEngine({ handle: () => {} }, { partitions: [0, 1] });
    await clock.advance(0);
    backend.onCommit = () => [{ topic: 'orders', partition: 0, error: down() }];
    backend.append(0, records(1));
    backend.append(1, records(1));
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 0 });
    expect(backend.stored(1)?.position).toEqual({ offset: 1 });
  });

  it('of a partition that is lost while they are under way reject', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({ handle: handler.handle, commit: 'manual' });
    backend.append(0, records(2));
    await clock.advance(0);
    backend.commitDelayMs = 100;
    const first = handler.call(0).context.commit();
    await clock.settle();
    const { context } = handler.call(0);
    const second = context.commit();
    backend.lose([0]);
    const both = Promise.allSettled([first, second]);
    await clock.advance(1_000);
    expect(await both).toMatchObject([
      { status: 'rejected', reason: { code: 'COMMIT_FENCED' } },
      { status: 'rejected', reason: { code: 'COMMIT_FENCED' } },
    ]);
  });

  it('wait in a hand-over also for the request queued behind the one under way', async () => {
    const { backend, clock } = await startEngine(
      {
        commit: 'manual',
        handle: (_: unknown, { commit }: { commit: () => Promise<void> }) => {
          commit().catch(() => undefined);
        },
      },
      { partitions: [0, 1] },
    );
    backend.commitDelayMs = 30;
    backend.append(1, records(1));
    await clock.advance(0);
    backend.append(0, records(1));
    await clock.advance(10);
    let over = false;
    const revoked = backend.revoke([0]).then(() => {
      over = true;
    });
    await clock.advance(20);
    expect(backend.stored(1)?.position).toEqual({ offset: 1 });
    expect(over).toBe(false);
    await clock.until(() => over);
    await revoked;
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });

  it('name where reading began as soon as a partition comes without a stored position', async () => {
    const backend = new ScriptedBackend();
    let requests = 0;
    backend.onCommit = () => void requests++;
    await startEngine({ handle: () => {} }, { backend, partitions: [0, 1, 2] });
    expect(requests).toBe(1);
    expect(backend.commits.map(({ position }) => position.offset)).toEqual([0, 0, 0]);
  });

  it('move over offsets that are no records', async () => {
    const { backend, clock } = await startEngine({ handle: () => {} });
    backend.append(0, [{}, { gap: 5 }]);
    backend.endAt(0, 20);
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 20 });
    backend.endAt(0, 30);
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 30 });
  });

  it('carry the token of the last finished record', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none' },
    });
    backend.append(0, [{ token: 'a' }, { token: 'b' }, { token: 'c' }]);
    await clock.advance(0);
    handler.finish(0, 2);
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 1, token: 'a' });
    handler.finish(1);
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 3, token: 'c' });
  });

  it('carry what is finished beyond the frontier, which a restart does not repeat', async () => {
    const backend = new ScriptedBackend();
    const first = new ManualHandler();
    const options = { concurrency: { order: 'none' } };
    const before = await startEngine({ ...options, handle: first.handle }, { backend });
    backend.append(0, records(6));
    await before.clock.advance(0);
    first.finish(1, 2, 4);
    await before.clock.advance(1_000);
    await before.app.crash();
    const second = new ManualHandler();
    const after = await startEngine({ ...options, handle: second.handle }, { backend });
    await after.clock.advance(0);
    expect(second.started).toEqual([0, 3, 5]);
    second.finish(0, 3, 5);
    await after.clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 6 });
  });

  it('keep what is finished beyond the frontier until it is read again, over several restarts', async () => {
    const backend = new ScriptedBackend();
    const first = new ManualHandler();
    const options = { concurrency: { order: 'none' } };
    const before = await startEngine({ ...options, handle: first.handle }, { backend });
    backend.append(0, records(6));
    await before.clock.advance(0);
    first.finish(4, 5);
    await before.clock.advance(1_000);
    await before.app.crash();
    backend.batchRecords = 2;
    const between = await startEngine(
      { ...options, handle: () => new Promise(() => {}), buffer: { highRecords: 2 } },
      { backend },
    );
    await between.clock.advance(0);
    await between.consumer.commit();
    await between.app.crash();
    const last = new ManualHandler();
    const after = await startEngine({ ...options, handle: last.handle }, { backend });
    await after.clock.advance(0);
    expect(last.started).toEqual([0, 1, 2, 3]);
  });

  it('happen when everything that was read had been finished before a restart', async () => {
    const backend = new ScriptedBackend();
    const first = new ManualHandler();
    const options = { concurrency: { order: 'none' } };
    const before = await startEngine({ ...options, handle: first.handle }, { backend });
    backend.append(0, [{}, {}]);
    await before.clock.advance(0);
    first.finish(1);
    await before.clock.advance(1_000);
    await before.app.crash();
    const second = new ManualHandler();
    backend.batchRecords = 1;
    const after = await startEngine({ ...options, handle: second.handle }, { backend });
    await after.clock.advance(0);
    second.finish(0);
    await after.clock.advance(1_000);
    expect(second.started).toEqual([0]);
    expect(backend.stored(0)?.position).toEqual({ offset: 2 });
  });

  it('do not happen without a group, and commit() has nothing to do', async () => {
    const { backend, clock, consumer } = await startEngine({
      group: undefined,
      partitions: [0],
      handle: (_: unknown, { commit }: { commit: () => Promise<void> }) => commit(),
    });
    backend.append(0, records(2));
    await clock.advance(10_000);
    await consumer.commit();
    expect(consumer.status().counts.handled).toBe(2);
    expect(backend.commits).toEqual([]);
  });
});
