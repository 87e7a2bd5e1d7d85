import { describe, expect, it } from 'vitest';
import type { BatchContext, RecordContext } from '../../../../src/core/index.ts';
import { ManualHandler, startEngine } from '../../../support/engine.ts';

const records = (count: number) => Array.from({ length: count }, () => ({}));

describe('back-pressure', () => {
  it('stops fetching at the high watermark in records and goes on at the low one', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none' },
      buffer: { highRecords: 4, lowRecords: 1 },
    });
    backend.batchRecords = 2;
    backend.append(0, records(10));
    await clock.advance(0);
    expect(handler.started).toEqual([0, 1, 2, 3]);
    expect(backend.paused(0)).toBe(true);
    handler.finish(0, 1);
    await clock.advance(0);
    expect(backend.paused(0)).toBe(true);
    handler.finish(2);
    await clock.advance(0);
    expect(handler.started).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('stops fetching at the high watermark in bytes and goes on at the low one', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none' },
      buffer: { highBytes: 1_000, lowBytes: 500 },
    });
    backend.batchRecords = 1;
    backend.append(0, [{ sizeBytes: 600 }, { sizeBytes: 600 }, { sizeBytes: 100 }]);
    await clock.advance(0);
    expect(consumer.status().partitions[0]).toMatchObject({ bufferedBytes: 1_200 });
    expect(backend.paused(0)).toBe(true);
    handler.finish(0);
    await clock.advance(0);
    expect(backend.paused(0)).toBe(true);
    handler.finish(1);
    await clock.advance(0);
    expect(handler.started).toEqual([0, 1, 2]);
  });

  it('of one partition holds up no other', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine(
      { handle: handler.handle, buffer: { highRecords: 2 } },
      { partitions: [0, 1] },
    );
    backend.batchRecords = 1;
    backend.append(0, records(5));
    await clock.advance(0);
    expect(backend.paused(0)).toBe(true);
    backend.append(1, records(1));
    await clock.advance(0);
    expect(handler.running.map(({ record }) => record.partition)).toEqual([0, 1]);
  });

  it('leaves each of many partitions a share of the memory', async () => {
    const partitions = Array.from({ length: 32 }, (_, i) => i);
    const { backend, clock } = await startEngine(
      { handle: () => new Promise(() => {}) },
      { partitions },
    );
    backend.append(0, [{ sizeBytes: 2 * 1024 * 1024 }, {}]);
    backend.batchRecords = 1;
    await clock.advance(0);
    expect(backend.paused(0)).toBe(true);
  });

  it('lets a single record pass that is larger than the high watermark', async () => {
    const handled: number[] = [];
    const { backend, clock } = await startEngine({
      handle: (_: unknown, { record }: RecordContext) => void handled.push(record.offset),
      buffer: { highBytes: 10 },
    });
    backend.append(0, [{ sizeBytes: 1_000 }, { sizeBytes: 1_000 }, { sizeBytes: 1_000 }]);
    await clock.advance(100);
    expect(handled).toEqual([0, 1, 2]);
  });

  it('ends although a handler commits before it waits for anything', async () => {
    const handled: number[] = [];
    const { backend, clock } = await startEngine({
      handleBatch: async (_: unknown, { records, commit }: BatchContext) => {
        handled.push(...records.map(({ offset }) => offset));
        await commit();
      },
      batch: { maxRecords: 10, maxWaitMs: 5 },
      buffer: { highRecords: 2 },
    });
    backend.batchRecords = 1;
    backend.append(0, records(5));
    await clock.advance(1_000);
    expect(handled).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('an empty batch', () => {
  it('moves the frontier, also behind records that are not finished yet', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({ handle: handler.handle });
    backend.append(0, records(1));
    await clock.advance(0);
    backend.endAt(0, 50);
    await clock.advance(0);
    expect(consumer.status().partitions[0]?.frontier).toBe(0);
    handler.finish(0);
    await clock.advance(1_000);
    expect(consumer.status().partitions[0]?.frontier).toBe(50);
    expect(backend.stored(0)?.position).toEqual({ offset: 50 });
  });
});

describe('records', () => {
  it('of a partition that is not owned are not taken', async () => {
    const { backend } = await startEngine({ handle: () => {} });
    const batch = { topic: 'orders', partition: 9, records: [], next: { offset: 1 }, bytes: 0 };
    expect(backend.push(batch)).toBe(false);
  });

  it('that come while the partition drains are left for the successor', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({ handle: handler.handle });
    backend.append(0, records(1));
    await clock.advance(0);
    const revoked = backend.revoke([0]);
    const batch = { topic: 'orders', partition: 0, records: [], next: { offset: 90 }, bytes: 0 };
    expect(backend.push(batch)).toBe(false);
    handler.finish(0);
    await revoked;
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });
});
