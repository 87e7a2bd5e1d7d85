import { describe, expect, it } from 'vitest';
import { type BatchContext, deadLetter, retry, skip } from '../../../../src/core/index.ts';
import { ManualBatchHandler, startEngine } from '../../../support/engine.ts';

const records = (count: number) => Array.from({ length: count }, () => ({}));

describe('batches', () => {
  it('hand over what is there when nothing is to be waited for', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({ handleBatch: handler.handleBatch });
    backend.append(0, records(3));
    await clock.advance(0);
    backend.append(0, records(2));
    await clock.advance(0);
    expect(handler.batches).toEqual([[0, 1, 2]]);
    handler.call.finish();
    await clock.settle();
    expect(handler.batches).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  it('end at maxRecords', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      handleBatch: handler.handleBatch,
      batch: { maxRecords: 2 },
      concurrency: { order: 'none' },
    });
    backend.append(0, records(5));
    await clock.advance(0);
    expect(handler.batches).toEqual([[0, 1], [2, 3], [4]]);
  });

  it('end at maxBytes, with one record at least', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      handleBatch: handler.handleBatch,
      batch: { maxBytes: 250 },
      concurrency: { order: 'none' },
    });
    backend.append(0, [{}, {}, {}, { sizeBytes: 1_000 }, {}]);
    await clock.advance(0);
    expect(handler.batches).toEqual([[0, 1], [2], [3], [4]]);
  });

  it('wait for more up to maxWaitMs, counted from the first record', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      handleBatch: handler.handleBatch,
      batch: { maxRecords: 3, maxWaitMs: 100 },
    });
    backend.append(0, records(1));
    await clock.advance(60);
    backend.append(0, records(1));
    await clock.advance(39);
    expect(handler.batches).toEqual([]);
    await clock.advance(1);
    expect(handler.batches).toEqual([[0, 1]]);
  });

  it('wait also while another batch is under way', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      handleBatch: handler.handleBatch,
      batch: { maxRecords: 3, maxWaitMs: 100 },
    });
    backend.append(0, records(4));
    await clock.advance(150);
    expect(handler.batches).toEqual([[0, 1, 2]]);
    handler.call.finish();
    await clock.advance(0);
    expect(handler.batches).toEqual([[0, 1, 2], [3]]);
  });

  it('wait no longer when they are full', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      handleBatch: handler.handleBatch,
      batch: { maxRecords: 3, maxWaitMs: 100_000 },
    });
    backend.append(0, records(3));
    await clock.advance(0);
    expect(handler.batches).toEqual([[0, 1, 2]]);
  });

  it('wait no longer when the buffer has no room for more', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      handleBatch: handler.handleBatch,
      batch: { maxRecords: 500, maxWaitMs: 100_000 },
      buffer: { highRecords: 3 },
    });
    backend.batchRecords = 3;
    backend.append(0, records(10));
    await clock.advance(0);
    expect(handler.batches).toEqual([[0, 1, 2]]);
  });

  it('of one partition follow each other, those of others do not wait', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine(
      { handleBatch: handler.handleBatch, batch: { maxRecords: 1 } },
      { partitions: [0, 1] },
    );
    backend.append(0, records(2));
    backend.append(1, records(2));
    await clock.advance(0);
    expect(handler.running.map(({ context }) => context.partition)).toEqual([0, 1]);
  });

  it('keep to the limit', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      handleBatch: handler.handleBatch,
      batch: { maxRecords: 1 },
      concurrency: { order: 'none', limit: 2 },
    });
    backend.append(0, records(4));
    await clock.advance(0);
    expect(handler.running).toHaveLength(2);
    handler.call.finish();
    await clock.settle();
    expect(handler.batches).toEqual([[0], [1], [2]]);
  });

  it('do not begin during a pause', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock, consumer } = await startEngine({
      handleBatch: handler.handleBatch,
      batch: { maxRecords: 10, maxWaitMs: 50 },
    });
    backend.append(0, records(2));
    await clock.advance(0);
    consumer.pause();
    await clock.advance(1_000);
    expect(handler.batches).toEqual([]);
    await consumer.resume();
    await clock.settle();
    expect(handler.batches).toEqual([[0, 1]]);
  });

  it('are retried after the pause in which their wait ended', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock, consumer } = await startEngine({
      handleBatch: handler.handleBatch,
      onError: retry({ attempts: 2, firstDelayMs: 10 }),
    });
    backend.append(0, records(2));
    await clock.advance(0);
    consumer.pause();
    handler.call.fail(new Error('boom'));
    await clock.advance(1_000);
    expect(handler.batches).toHaveLength(1);
    await consumer.resume();
    await clock.settle();
    expect(handler.batches).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});

describe('a batch that fails', () => {
  it('is retried as a whole', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      handleBatch: handler.handleBatch,
      onError: retry({ attempts: 2, firstDelayMs: 10 }),
    });
    backend.append(0, records(3));
    await clock.advance(0);
    handler.call.fail(new Error('boom'));
    await clock.advance(10);
    expect(handler.batches).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(handler.call.context.attempt).toBe(2);
    handler.call.finish();
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 3 });
  });

  it('goes record by record to the dead letters', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock, consumer } = await startEngine({
      handleBatch: handler.handleBatch,
      onError: deadLetter('orders.dead'),
    });
    backend.append(0, records(3));
    await clock.advance(0);
    handler.call.fail(new Error('boom'));
    await clock.advance(1_000);
    expect(backend.produced).toHaveLength(3);
    expect(consumer.status().counts).toMatchObject({ handled: 3, deadLettered: 3 });
    expect(backend.stored(0)?.position).toEqual({ offset: 3 });
  });

  it('in some records finishes the others and retries only those', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock, heard } = await startEngine({
      handleBatch: handler.handleBatch,
      onError: retry({ attempts: 2, firstDelayMs: 10 }).otherwise(skip()),
    });
    backend.append(0, records(4));
    await clock.advance(0);
    handler.call.context.fail(1, new Error('one'));
    handler.call.context.fail(3, new Error('three'));
    handler.call.finish();
    await clock.advance(1_000);
    expect(handler.batches).toEqual([
      [0, 1, 2, 3],
      [1, 3],
    ]);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
    handler.call.context.fail(1, new Error('three again'));
    handler.call.finish();
    await clock.advance(1_000);
    expect(heard('skipped')).toMatchObject([{ record: { offset: 3 } }]);
    expect(backend.stored(0)?.position).toEqual({ offset: 4 });
  });

  it('in some records decides about each alone', async () => {
    const wrong = new Error('wrong');
    const { backend, clock } = await startEngine({
      handleBatch: (_: unknown, { fail, records, attempt }: BatchContext) => {
        for (const [index, { offset }] of records.entries()) {
          if (offset === 1) fail(index, wrong);
          if (offset === 2 && attempt < 3) fail(index, new Error('busy'));
        }
      },
      onError: deadLetter('orders.dead')
        .when((error) => error === wrong)
        .otherwise(retry({ attempts: 5, firstDelayMs: 10 })),
    });
    backend.append(0, records(4));
    await clock.advance(2_000);
    expect(backend.produced).toHaveLength(1);
    expect(backend.stored(0)?.position).toEqual({ offset: 4 });
  });

  it('names a record it does not have: the batch fails', async () => {
    const { backend, clock, heard } = await startEngine({
      handleBatch: (_: unknown, { fail }: BatchContext) => fail(7, new Error('boom')),
    });
    backend.append(0, records(1));
    await clock.advance(0);
    expect(heard('partitionStopped')).toMatchObject([{ error: { code: 'INVALID_CONFIG' } }]);
  });

  it('to decode in some records handles the others, by their own index', async () => {
    const handled: unknown[] = [];
    const { backend, clock, heard } = await startEngine({
      value: (value: Buffer) => JSON.parse(value.toString()) as unknown,
      handleBatch: (values: readonly unknown[], { fail, records }: BatchContext) => {
        handled.push(...values);
        expect(records).toHaveLength(values.length);
        fail(1, new Error('second of those that decode'));
      },
      onError: deadLetter('orders.dead'),
    });
    backend.append(0, [{ value: '1' }, { value: '{' }, { value: '3' }]);
    await clock.advance(1_000);
    expect(handled).toEqual([1, 3]);
    expect(heard('recordFailed')).toMatchObject([
      { record: { offset: 1 }, error: { code: 'DECODE_FAILED' } },
      { record: { offset: 2 }, error: { message: 'second of those that decode' } },
    ]);
    expect(backend.stored(0)?.position).toEqual({ offset: 3 });
  });

  it('to decode at all does not reach the handler', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      value: async () => {
        throw new Error('no JSON');
      },
      handleBatch: handler.handleBatch,
      onError: skip(),
    });
    backend.append(0, records(2));
    await clock.advance(1_000);
    expect(handler.batches).toEqual([]);
    expect(backend.stored(0)?.position).toEqual({ offset: 2 });
  });

  it('as a whole keeps the error of a record that does not decode', async () => {
    const { backend, clock, heard } = await startEngine({
      value: (value: Buffer) => JSON.parse(value.toString()) as unknown,
      handleBatch: () => {
        throw new Error('boom');
      },
      onError: skip(),
    });
    backend.append(0, [{ value: '1' }, { value: '{' }]);
    await clock.advance(0);
    expect(heard('skipped')).toMatchObject([
      { record: { offset: 0 }, error: { message: 'boom' } },
      { record: { offset: 1 }, error: { code: 'DECODE_FAILED' } },
    ]);
  });

  it('after commit() repeats nothing of it', async () => {
    let calls = 0;
    const { backend, clock } = await startEngine({
      handleBatch: async (_: unknown, { commit, fail }: BatchContext) => {
        if (++calls > 1) return;
        fail(1, new Error('one'));
        await commit();
        throw new Error('boom');
      },
      onError: retry({ attempts: 2, firstDelayMs: 10 }),
    });
    backend.append(0, records(3));
    await clock.advance(0);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
    await clock.advance(1_000);
    expect(calls).toBe(2);
    expect(backend.stored(0)?.position).toEqual({ offset: 3 });
  });

  it('by taking too long is retried', async () => {
    const handler = new ManualBatchHandler();
    const { backend, clock } = await startEngine({
      handleBatch: handler.handleBatch,
      handlerTimeoutMs: 100,
      onError: retry({ attempts: 2, firstDelayMs: 0, maxDelayMs: 0 }),
    });
    backend.append(0, records(2));
    await clock.advance(100);
    await clock.advance(0);
    expect(handler.batches).toHaveLength(2);
    expect(handler.running[0]?.context.signal.aborted).toBe(true);
    expect(handler.running[1]?.context.signal.aborted).toBe(false);
  });
});
