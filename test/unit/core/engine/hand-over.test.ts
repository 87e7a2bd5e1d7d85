import { describe, expect, it } from 'vitest';
import { deadLetter, PartitaError, retry } from '../../../../src/core/index.ts';
import { ManualBatchHandler, ManualHandler, startEngine } from '../../../support/engine.ts';

const records = (count: number) => Array.from({ length: count }, () => ({}));

describe('a hand-over', () => {
  it('waits for running handlers, starts none, and stores what they finished', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none', limit: 2 },
    });
    backend.append(0, records(5));
    await clock.advance(0);
    const revoked = backend.revoke([0]);
    handler.finish(0);
    await clock.settle();
    expect(handler.started).toEqual([0, 1]);
    handler.finish(1);
    await revoked;
    expect(handler.started).toEqual([0, 1]);
    expect(backend.stored(0)?.position).toEqual({ offset: 2 });
  });

  it('leaves the other partitions alone', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine(
      { handle: handler.handle },
      { partitions: [0, 1] },
    );
    backend.append(1, records(2));
    await clock.advance(0);
    await backend.revoke([0]);
    handler.call(0, 1).finish();
    await clock.settle();
    expect(handler.started).toEqual([0, 1]);
  });

  it('counts a batch that ends while its partition drains', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({ handleBatch: handler.handleBatch });
    backend.append(0, records(3));
    await clock.advance(0);
    const revoked = backend.revoke([0]);
    await clock.settle();
    handler.call.finish();
    await revoked;
    expect(backend.stored(0)?.position).toEqual({ offset: 3 });
  });

  it('goes on without a handler that never returns, after telling it by its signal', async () => {
    const handler = new ManualHandler();
    const { backend, clock, heard } = await startEngine({ handle: handler.handle });
    backend.append(0, records(2));
    await clock.advance(0);
    const { context } = handler.call(0);
    const startedAt = clock.now();
    let over = false;
    const revoked = backend.revoke([0], 10_000).then(() => {
      over = true;
    });
    await clock.advance(7_999);
    expect(context.signal.aborted).toBe(false);
    await clock.until(() => over);
    await revoked;
    expect(context.signal.aborted).toBe(true);
    expect(clock.now() - startedAt).toBeLessThanOrEqual(10_000);
    expect(heard('drainTimedOut')).toMatchObject([{ unfinished: 1 }]);
    expect(backend.stored(0)?.position.offset ?? 0).toBe(0);
  });

  it('takes the shorter of the deadline and drainTimeoutMs', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({ handle: handler.handle, drainTimeoutMs: 1_000 });
    backend.append(0, records(1));
    await clock.advance(0);
    const startedAt = clock.now();
    let over = false;
    const revoked = backend.revoke([0], 60_000).then(() => {
      over = true;
    });
    await clock.until(() => over);
    await revoked;
    expect(clock.now() - startedAt).toBeLessThanOrEqual(1_000);
  });

  it('during a retry pause leaves the record to the successor at once', async () => {
    const tried: number[] = [];
    const { backend, clock } = await startEngine({
      onError: retry({ attempts: 9, firstDelayMs: 60_000, maxDelayMs: 60_000 }),
      handle: (_: unknown, { record }: { record: { offset: number } }) => {
        tried.push(record.offset);
        throw new Error('boom');
      },
    });
    backend.append(0, records(2));
    await clock.advance(0);
    await backend.revoke([0]);
    await clock.advance(120_000);
    expect(tried).toEqual([0]);
    expect(backend.stored(0)?.position.offset ?? 0).toBe(0);
  });

  it('leaves no timer behind: a process that has stopped can end', async () => {
    const { app, backend, clock } = await startEngine(
      {
        concurrency: { order: 'key' },
        onError: retry({ attempts: 2, firstDelayMs: 3_600_000, maxDelayMs: 3_600_000 })
          .when((error) => error instanceof TypeError)
          .otherwise(deadLetter('orders.dead')),
        handle: (_: unknown, { record }: { record: { offset: number } }) => {
          if (record.offset === 0) throw new TypeError('later');
          throw new Error('boom');
        },
      },
      { partitions: [0, 1] },
    );
    backend.onProduce = () => {
      throw new PartitaError('UNAVAILABLE', 'down', { retriable: true });
    };
    backend.append(0, [{ key: 'a' }, { key: 'b' }]);
    await clock.advance(60_000);
    await app.stop();
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  it('waits for a dead-letter write under way, and counts it', async () => {
    const written = Promise.withResolvers<void>();
    const { backend, clock } = await startEngine({
      onError: deadLetter('orders.dead'),
      handle: () => {
        throw new Error('boom');
      },
    });
    backend.onProduce = () => written.promise;
    backend.append(0, records(2));
    await clock.advance(0);
    const revoked = backend.revoke([0]);
    await clock.settle();
    written.resolve();
    await revoked;
    expect(backend.produced).toHaveLength(1);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });

  it('does not wait for the next try of a dead-letter write that failed', async () => {
    const { backend, clock } = await startEngine({
      onError: deadLetter('orders.dead'),
      handle: () => {
        throw new Error('boom');
      },
    });
    backend.onProduce = () => {
      throw new PartitaError('UNAVAILABLE', 'down', { retriable: true });
    };
    backend.append(0, records(2));
    await clock.advance(100);
    await backend.revoke([0]);
    expect(backend.stored(0)?.position.offset ?? 0).toBe(0);
    backend.onProduce = undefined;
    await clock.advance(60_000);
    expect(backend.produced).toEqual([]);
  });

  it('during an asynchronous decoder starts no handler after close', async () => {
    const decoded = Promise.withResolvers<string>();
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      value: () => decoded.promise,
    });
    backend.append(0, records(2));
    await clock.advance(0);
    backend.lose([0]);
    decoded.resolve('late');
    await clock.advance(1_000);
    expect(handler.started).toEqual([]);
  });

  it('lets a record that is being decoded be handled within the deadline', async () => {
    const decoded = Promise.withResolvers<string>();
    const values: unknown[] = [];
    const { backend, clock } = await startEngine({
      handle: (value: unknown) => void values.push(value),
      value: () => decoded.promise,
    });
    backend.append(0, records(2));
    await clock.advance(0);
    const revoked = backend.revoke([0]);
    decoded.resolve('in time');
    await revoked;
    expect(values).toEqual(['in time']);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });

  it('tells of a record that fails while its partition drains, and leaves it', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer, lines } = await startEngine({
      handle: handler.handle,
      onError: deadLetter('orders.dead'),
    });
    backend.append(0, records(1));
    await clock.advance(0);
    const revoked = backend.revoke([0]);
    handler.fail(0);
    await revoked;
    expect(backend.produced).toEqual([]);
    expect(backend.stored(0)?.position.offset ?? 0).toBe(0);
    expect(consumer.status().counts.failures).toBe(1);
    expect(lines.filter((line) => line.includes('will be read again'))).toHaveLength(1);
  });

  it('waits for a commit under way, and repeats it when it fails', async () => {
    const { backend, clock } = await startEngine({ handle: () => {} });
    await clock.advance(100);
    const first = Promise.withResolvers<unknown>();
    let commits = 0;
    backend.onCommit = () => (++commits === 1 ? first.promise : undefined);
    backend.append(0, records(3));
    await clock.advance(1_000);
    expect(commits).toBe(1);
    let over = false;
    const revoked = backend.revoke([0]).then(() => {
      over = true;
    });
    await clock.advance(1_000);
    expect(over).toBe(false);
    first.reject(new PartitaError('UNAVAILABLE', 'down', { retriable: true }));
    await clock.until(() => over);
    await revoked;
    expect(commits).toBe(2);
    expect(backend.stored(0)?.position).toEqual({ offset: 3 });
  });

  it('goes on after the deadline when the last commit gets no answer', async () => {
    const { backend, clock } = await startEngine({ handle: () => {} });
    await clock.advance(100);
    backend.onCommit = () => new Promise(() => {});
    backend.append(0, records(3));
    await clock.advance(0);
    const startedAt = clock.now();
    let over = false;
    const revoked = backend.revoke([0], 60_000).then(() => {
      over = true;
    });
    await clock.until(() => over);
    await revoked;
    expect(clock.now() - startedAt).toBeLessThanOrEqual(30_000);
  });
});
