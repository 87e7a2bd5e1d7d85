import { describe, expect, it } from 'vitest';
import type { PartitionContext } from '../../../../src/core/index.ts';
import { ManualHandler, startEngine } from '../../../support/engine.ts';

const records = (count: number) => Array.from({ length: count }, () => ({}));
const orders0 = { topic: 'orders', partition: 0 };

/** Counts calls of `open` and `close`, and lets the test decide when `open` returns. */
function lifecycle() {
  const opened = Promise.withResolvers<void>();
  const calls: string[] = [];
  const contexts: PartitionContext[] = [];
  return {
    calls,
    contexts,
    opened,
    open: (context: PartitionContext) => {
      calls.push(`open ${context.partition}`);
      contexts.push(context);
      return opened.promise;
    },
    close: ({ partition }: { partition: number }, reason: string) =>
      void calls.push(`close ${partition} ${reason}`),
  };
}

describe('a partition', () => {
  it('handles nothing before open has returned, and all that came meanwhile after it', async () => {
    const { open, opened } = lifecycle();
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({ handle: handler.handle, open });
    backend.append(0, records(2));
    await clock.advance(1_000);
    expect(handler.started).toEqual([]);
    expect(consumer.status().partitions[0]).toMatchObject({ state: 'opening', buffered: 2 });
    opened.resolve();
    await clock.settle();
    expect(handler.started).toEqual([0]);
  });

  it('is stopped when open fails, and opened again by resume()', async () => {
    let opens = 0;
    const handler = new ManualHandler();
    const { app, backend, clock, consumer, heard } = await startEngine({
      handle: handler.handle,
      open: () => {
        if (++opens === 1) throw new Error('no disk');
      },
    });
    backend.append(0, records(1));
    await clock.advance(1_000);
    expect(heard('partitionStopped')).toHaveLength(1);
    expect(app.health().problems).toEqual([
      'billing: orders-0 is stopped at offset 0: no disk. resume() tries again.',
    ]);
    expect(handler.started).toEqual([]);
    await consumer.resume();
    await clock.advance(0);
    expect(opens).toBe(2);
    expect(handler.started).toEqual([0]);
    expect(app.health().ok).toBe(true);
  });

  it('that is revoked while open runs tells it to end, and closes after it', async () => {
    const { open, close, calls, contexts, opened } = lifecycle();
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({ handle: handler.handle, open, close });
    backend.append(0, records(2));
    await clock.advance(0);
    const revoked = backend.revoke([0]);
    await clock.settle();
    expect(contexts[0]?.signal.aborted).toBe(true);
    expect(calls).toEqual(['open 0']);
    opened.resolve();
    await revoked;
    expect(calls).toEqual(['open 0', 'close 0 revoked']);
    await clock.advance(1_000);
    expect(handler.started).toEqual([]);
    expect(backend.stored(0)?.position.offset ?? 0).toBe(0);
  });

  it('that is revoked while open runs and fails is no problem of health', async () => {
    const { open, close, calls, opened } = lifecycle();
    const { app, backend, heard } = await startEngine({ handle: () => {}, open, close });
    const revoked = backend.revoke([0]);
    opened.reject(new Error('aborted'));
    await revoked;
    expect(calls).toEqual(['open 0', 'close 0 revoked']);
    expect(heard('partitionStopped')).toEqual([]);
    expect(app.health().ok).toBe(true);
  });

  it('is given up within the deadline when open never returns', async () => {
    const { open, close, calls } = lifecycle();
    const { backend, clock, heard } = await startEngine({ handle: () => {}, open, close });
    const startedAt = clock.now();
    let over = false;
    void backend.revoke([0], 10_000).then(() => {
      over = true;
    });
    await clock.until(() => over);
    expect(clock.now() - startedAt).toBeLessThanOrEqual(10_000);
    expect(calls).toEqual(['open 0', 'close 0 revoked']);
    expect(heard('closed')).toHaveLength(1);
  });

  it('that is lost while open runs is closed once, after it', async () => {
    const { open, close, calls, contexts, opened } = lifecycle();
    const { backend, clock } = await startEngine({ handle: () => {}, open, close });
    backend.lose([0]);
    expect(contexts[0]?.signal.aborted).toBe(true);
    await clock.settle();
    expect(calls).toEqual(['open 0']);
    opened.resolve();
    await clock.settle();
    expect(calls).toEqual(['open 0', 'close 0 lost']);
  });

  it('that is lost while a handler runs ignores what the handler does after', async () => {
    const handler = new ManualHandler();
    const { close, calls } = lifecycle();
    const { backend, clock } = await startEngine({ handle: handler.handle, close });
    backend.append(0, records(2));
    await clock.advance(0);
    const { context } = handler.call(0);
    backend.lose([0]);
    expect(context.signal.aborted).toBe(true);
    await expect(context.commit()).rejects.toMatchObject({ code: 'COMMIT_FENCED' });
    handler.finish(0);
    await clock.advance(5_000);
    expect(handler.started).toEqual([0]);
    expect(backend.stored(0)?.position.offset ?? 0).toBe(0);
    expect(calls).toEqual(['close 0 lost']);
  });

  it('that is lost while it drains is closed once, as lost', async () => {
    const handler = new ManualHandler();
    const { close, calls } = lifecycle();
    const { backend, clock } = await startEngine({ handle: handler.handle, close });
    backend.append(0, records(2));
    await clock.advance(0);
    const revoked = backend.revoke([0]);
    backend.lose([0]);
    await revoked;
    handler.finish(0);
    await clock.advance(60_000);
    expect(calls).toEqual(['close 0 lost']);
  });

  it('that is revoked twice at once is closed once', async () => {
    const { close, calls } = lifecycle();
    const { backend } = await startEngine({ handle: () => {}, close });
    await Promise.all([backend.revoke([0]), backend.revoke([0])]);
    expect(calls).toEqual(['close 0 revoked']);
  });

  it('that comes back starts from what was stored', async () => {
    const handler = new ManualHandler();
    const { close, open, opened, calls } = lifecycle();
    opened.resolve();
    const { backend, clock } = await startEngine({ handle: handler.handle, open, close });
    backend.append(0, records(3));
    await clock.advance(0);
    const revoked = backend.revoke([0]);
    handler.finish(0);
    await revoked;
    backend.assign([0]);
    await clock.advance(0);
    expect(handler.started).toEqual([0, 1]);
    expect(calls).toEqual(['open 0', 'close 0 revoked', 'open 0']);
  });

  it('that comes back before its hand-over is over is closed as lost first', async () => {
    const handler = new ManualHandler();
    const { close, open, opened, calls } = lifecycle();
    opened.resolve();
    const { backend, clock } = await startEngine({ handle: handler.handle, open, close });
    backend.append(0, records(1));
    await clock.advance(0);
    const revoked = backend.revoke([0]);
    backend.assign([0]);
    await revoked;
    await clock.advance(0);
    expect(calls).toEqual(['open 0', 'close 0 lost', 'open 0']);
    expect(handler.started).toEqual([0, 0]);
    handler.running[1]?.finish();
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });

  it('that comes back is opened after the close of before has returned', async () => {
    const closed = Promise.withResolvers<void>();
    const calls: string[] = [];
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      open: () => void calls.push('open'),
      close: () => {
        calls.push('close');
        return closed.promise;
      },
    });
    backend.append(0, records(1));
    backend.lose([0]);
    backend.assign([0]);
    await clock.advance(1_000);
    expect(calls).toEqual(['open', 'close']);
    expect(handler.started).toEqual([]);
    closed.resolve();
    await clock.settle();
    expect(calls).toEqual(['open', 'close', 'open']);
    expect(handler.started).toEqual([0]);
  });

  it('that comes and goes before it was opened is not closed either', async () => {
    const closed = Promise.withResolvers<void>();
    const calls: string[] = [];
    const { backend, clock } = await startEngine({
      handle: () => {},
      open: () => void calls.push('open'),
      close: () => {
        calls.push('close');
        return closed.promise;
      },
    });
    backend.lose([0]);
    backend.assign([0]);
    backend.lose([0]);
    closed.resolve();
    await clock.advance(1_000);
    expect(calls).toEqual(['open', 'close']);
  });

  it('is given up although close throws', async () => {
    const { backend, lines, heard } = await startEngine({
      handle: () => {},
      close: () => {
        throw new Error('disk full');
      },
    });
    await backend.revoke([0]);
    expect(lines.filter((line) => line.startsWith('error close() of'))).toHaveLength(1);
    expect(heard('closed')).toHaveLength(1);
  });

  it('is given up within the deadline although close never returns', async () => {
    const { backend, clock, lines } = await startEngine({
      handle: () => {},
      close: () => new Promise(() => {}),
    });
    const startedAt = clock.now();
    let over = false;
    const revoked = backend.revoke([0], 5_000).then(() => {
      over = true;
    });
    await clock.until(() => over);
    await revoked;
    expect(clock.now() - startedAt).toBeLessThanOrEqual(5_000);
    await clock.advance(0);
    expect(lines.some((line) => line.startsWith('error close() of'))).toBe(true);
  });

  it('that was stopped tries again after resume(), without what is finished beyond', async () => {
    const tried: number[] = [];
    let broken = true;
    const { app, backend, clock, consumer } = await startEngine({
      concurrency: { order: 'none' },
      handle: async (_: unknown, { record }: { record: { offset: number } }) => {
        tried.push(record.offset);
        if (record.offset === 1 && broken) {
          await clockTurn();
          throw new Error('boom');
        }
      },
    });
    const clockTurn = () => new Promise<void>((resolve) => void clock.schedule(10, resolve));
    backend.append(0, records(4));
    await clock.advance(100);
    expect(app.health().problems).toEqual([
      'billing: orders-0 is stopped at offset 1: boom. resume() tries again.',
    ]);
    expect(tried).toEqual([0, 1, 2, 3]);
    broken = false;
    await consumer.resume([orders0]);
    await clock.advance(1_000);
    expect(tried).toEqual([0, 1, 2, 3, 1]);
    expect(backend.stored(0)?.position).toEqual({ offset: 4 });
    expect(app.health().ok).toBe(true);
  });

  it('takes into account what ends while resume() waits', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({
      concurrency: { order: 'none' },
      handle: handler.handle,
    });
    backend.append(0, records(3));
    await clock.advance(0);
    handler.fail(1);
    await clock.settle();
    const resumed = consumer.resume();
    handler.finish(0, 2);
    await resumed;
    await clock.advance(0);
    expect(handler.started).toEqual([0, 1, 2, 1]);
    expect(consumer.status().partitions[0]?.frontier).toBe(1);
  });

  it('that stands does not hold up the resumption of others', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine(
      { concurrency: { order: 'none' }, handle: handler.handle },
      { partitions: [0, 1] },
    );
    backend.append(0, records(2));
    backend.append(1, records(1));
    await clock.advance(0);
    handler.call(0, 0).fail(new Error('boom'));
    handler.call(0, 1).fail(new Error('boom'));
    await clock.settle();
    void consumer.resume();
    await clock.advance(0);
    expect(handler.running.map(({ record }) => `${record.partition}@${record.offset}`)).toEqual([
      '0@1',
      '1@0',
    ]);
  });
});
