import { describe, expect, it } from 'vitest';
import { declareEngine, ManualHandler, startEngine } from '../../../support/engine.ts';
import { ScriptedBackend } from '../../../support/scripted-backend.ts';

const records = (count: number) => Array.from({ length: count }, () => ({}));
const orders0 = { topic: 'orders', partition: 0 };

describe('a consumer', () => {
  it('begins at the stored position and repeats nothing after a clean stop', async () => {
    const backend = new ScriptedBackend();
    const handled: number[] = [];
    const handle = (_: unknown, { record }: { record: { offset: number } }) =>
      void handled.push(record.offset);
    backend.append(0, records(3));
    const first = await startEngine({ handle }, { backend });
    await first.clock.advance(0);
    await first.app.stop();
    expect(backend.stored(0)?.position).toEqual({ offset: 3 });
    expect(backend.left).toBe(true);
    backend.append(0, records(2));
    const second = await startEngine({ handle }, { backend });
    await second.clock.advance(0);
    expect(handled).toEqual([0, 1, 2, 3, 4]);
    await second.app.stop();
  });

  it('seeks once running handlers have ended, and forgets what was read before', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none' },
    });
    backend.append(0, records(4));
    await clock.advance(0);
    const seek = consumer.seek(orders0, { offset: 2 });
    await clock.settle();
    expect(backend.calls.filter((call) => call.startsWith('seek'))).toEqual([]);
    handler.finish(0, 1, 2, 3);
    await clock.settle();
    await seek;
    await clock.advance(0);
    expect(handler.started).toEqual([0, 1, 2, 3, 2, 3]);
    handler.finish(2, 3);
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 4 });
  });

  it('stores the position that was sought, also when nothing is there', async () => {
    const { backend, clock, consumer } = await startEngine({ handle: () => {} });
    backend.append(0, records(4));
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 4 });
    backend.endAt(0, 10);
    consumer.pause();
    await consumer.seek(orders0, { offset: 1 });
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });

  it('does not take what an old handler finishes for progress after a seek', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer, heard } = await startEngine({
      handle: handler.handle,
      drainTimeoutMs: 1_000,
    });
    backend.append(0, records(2));
    await clock.advance(0);
    const old = handler.call(0);
    const seek = consumer.seek(orders0, { offset: 0 });
    await clock.advance(1_000);
    await seek;
    expect(heard('drainTimedOut')).toHaveLength(1);
    expect(old.context.signal.aborted).toBe(true);
    await clock.advance(0);
    expect(handler.started).toEqual([0, 0]);
    old.finish();
    await expect(old.context.commit()).rejects.toMatchObject({ code: 'COMMIT_FENCED' });
    await clock.advance(2_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 0 });
    expect(handler.started).toEqual([0, 0]);
  });

  it('lets the last of several seeks win', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({ handle: handler.handle });
    backend.append(0, records(9));
    await clock.advance(0);
    const seeks = [3, 7, 5].map((offset) => consumer.seek(orders0, { offset }));
    handler.finish(0);
    await Promise.all(seeks);
    await clock.advance(0);
    expect(handler.started).toEqual([0, 5]);
  });

  it('refuses to seek where it owns nothing, and to a position that is none', async () => {
    const { consumer } = await startEngine({ handle: () => {} });
    await expect(
      consumer.seek({ topic: 'orders', partition: 7 }, { offset: 0 }),
    ).rejects.toMatchObject({ code: 'UNKNOWN_PARTITION' });
    await expect(consumer.seek(orders0, { offset: -1 })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    });
  });

  it('gives up a seek when the partition is revoked meanwhile', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({ handle: handler.handle });
    backend.append(0, records(3));
    await clock.advance(0);
    const seek = consumer.seek(orders0, { offset: 0 });
    const revoked = backend.revoke([0]);
    handler.finish(0);
    await expect(seek).rejects.toMatchObject({ code: 'COMMIT_FENCED' });
    await revoked;
    expect(backend.calls.filter((call) => call.startsWith('seek'))).toEqual([]);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
    await clock.advance(1_000);
    expect(handler.started).toEqual([0]);
  });

  it('seeks before open has returned without starting a handler early', async () => {
    const handler = new ManualHandler();
    const { promise, resolve } = Promise.withResolvers<void>();
    const { backend, clock, consumer } = await startEngine({
      handle: handler.handle,
      open: () => promise,
    });
    backend.append(0, records(3));
    await clock.advance(0);
    await consumer.seek(orders0, { offset: 1 });
    await clock.advance(0);
    expect(handler.started).toEqual([]);
    resolve();
    await clock.settle();
    expect(handler.started).toEqual([1]);
  });

  it('pauses one partition and not the others', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine(
      { handle: handler.handle },
      { partitions: [0, 1] },
    );
    consumer.pause([orders0]);
    expect(backend.paused(0)).toBe(true);
    backend.append(0, records(1));
    backend.append(1, records(1));
    await clock.advance(0);
    expect(handler.running.map(({ record }) => record.partition)).toEqual([1]);
    expect(consumer.status().partitions.map(({ paused }) => paused)).toEqual([true, false]);
    await consumer.resume([orders0]);
    await clock.advance(0);
    expect(handler.running.map(({ record }) => record.partition)).toEqual([1, 0]);
  });

  it('is fetched again after a pause in which a full buffer ran empty', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none' },
      buffer: { highRecords: 4, lowRecords: 1 },
    });
    backend.batchRecords = 4;
    backend.append(0, records(8));
    await clock.advance(0);
    expect(backend.paused(0)).toBe(true);
    consumer.pause();
    handler.finish(0, 1, 2, 3);
    await clock.advance(0);
    expect(backend.paused(0)).toBe(true);
    await consumer.resume();
    await clock.advance(0);
    expect(handler.started).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('reads anew where a log was cut off, instead of waiting for offsets that are gone', async () => {
    const handled: number[] = [];
    const { backend, clock, lines } = await startEngine({
      handle: (_: unknown, { record }: { record: { offset: number } }) =>
        void handled.push(record.offset),
    });
    backend.append(0, records(5));
    await clock.advance(0);
    backend.truncate(0);
    backend.append(0, records(2));
    await clock.advance(2_000);
    expect(handled).toEqual([0, 1, 2, 3, 4, 0, 1]);
    expect(backend.stored(0)?.position).toEqual({ offset: 2 });
    expect(lines.filter((line) => line.includes('begins anew'))).toHaveLength(1);
  });

  it('goes on after resume() where the backend stood still', async () => {
    const handled: number[] = [];
    const { app, backend, clock, consumer } = await startEngine({
      handle: (_: unknown, { record }: { record: { offset: number } }) =>
        void handled.push(record.offset),
    });
    backend.append(0, records(2));
    await clock.advance(0);
    const { PartitaError } = await import('../../../../src/core/index.ts');
    backend.listener.failed(new PartitaError('CORRUPT_DATA', 'Bytes are damaged.'), orders0);
    expect(app.health().problems).toEqual(['billing: Bytes are damaged.']);
    await consumer.resume();
    expect(backend.calls.at(-2)).toBe('seek orders-0 2');
    expect(app.health().ok).toBe(true);
  });

  it('says what it is doing', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none' },
    });
    backend.append(0, records(3));
    await clock.advance(0);
    handler.finish(0, 2);
    await clock.advance(1_000);
    expect(consumer.status()).toMatchObject({
      name: 'billing',
      group: 'billing',
      problems: [],
      counts: { handled: 2 },
      partitions: [
        {
          topic: 'orders',
          partition: 0,
          state: 'active',
          paused: false,
          frontier: 1,
          committed: 1,
          buffered: 1,
          bufferedBytes: 100,
          handlers: 1,
          lag: 2,
        },
      ],
    });
  });

  it('is not healthy before it has joined', async () => {
    const { app, backend, clock } = declareEngine({ handle: () => {} });
    const started = app.start();
    await clock.settle();
    expect(app.health().problems).toEqual(['billing: It has not joined its group yet.']);
    backend.assign([]);
    await started;
    expect(app.health().ok).toBe(true);
  });
});
