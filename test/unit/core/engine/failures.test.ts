import { describe, expect, it } from 'vitest';
import {
  type ConsumerRecord,
  deadLetter,
  PartitaError,
  type RecordContext,
  retry,
  skip,
  stopPartition,
} from '../../../../src/core/index.ts';
import { ManualHandler, startEngine } from '../../../support/engine.ts';

const records = (count: number) => Array.from({ length: count }, () => ({}));
const failing = (offsets: readonly number[], error: unknown = new Error('boom')) => ({
  handle: (_: unknown, { record }: RecordContext) => {
    if (offsets.includes(record.offset)) throw error;
  },
});

describe('a handler', () => {
  it('that throws at once is a failure', async () => {
    const { backend, clock, heard } = await startEngine({ ...failing([0]), onError: skip() });
    backend.append(0, records(2));
    await clock.advance(1_000);
    expect(heard('recordFailed')).toMatchObject([{ attempt: 1, decision: { kind: 'skip' } }]);
    expect(backend.stored(0)?.position).toEqual({ offset: 2 });
  });

  it('that rejects is a failure', async () => {
    const { backend, clock, heard } = await startEngine({
      handle: async () => {
        throw new Error('boom');
      },
      onError: skip(),
    });
    backend.append(0, records(2));
    await clock.advance(1_000);
    expect(heard('skipped')).toHaveLength(2);
    expect(backend.stored(0)?.position).toEqual({ offset: 2 });
  });

  it('that takes too long is a failure, hears of it by its signal, and cannot commit any more', async () => {
    const contexts: RecordContext[] = [];
    const { backend, clock, heard } = await startEngine({
      handle: (_: unknown, context: RecordContext) => {
        contexts.push(context);
        return new Promise(() => {});
      },
      handlerTimeoutMs: 1_000,
      onError: retry({ attempts: 2, firstDelayMs: 0, maxDelayMs: 0 }).otherwise(stopPartition()),
    });
    backend.append(0, records(1));
    await clock.advance(999);
    expect(contexts[0]?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(contexts[0]?.signal.aborted).toBe(true);
    await clock.advance(0);
    expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    await expect(contexts[0]?.commit()).rejects.toMatchObject({ code: 'HANDLER_TIMEOUT' });
    await clock.advance(1_000);
    expect(heard('partitionStopped')).toMatchObject([
      { error: { code: 'HANDLER_TIMEOUT', offset: 0 } },
    ]);
  });

  it('that takes too long to decode is a failure too', async () => {
    const { backend, clock, heard } = await startEngine({
      value: () => new Promise(() => {}),
      handle: () => {},
      handlerTimeoutMs: 1_000,
    });
    backend.append(0, records(1));
    await clock.advance(1_000);
    expect(heard('partitionStopped')).toMatchObject([{ error: { code: 'HANDLER_TIMEOUT' } }]);
  });

  it('hears through its own signal that its partition is gone', async () => {
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      handle: handler.handle,
      handlerTimeoutMs: 60_000,
    });
    backend.append(0, records(1));
    await clock.advance(0);
    const { signal } = handler.call(0).context;
    backend.lose([0]);
    expect(signal.aborted).toBe(true);
  });

  it('may throw what has no text', async () => {
    const { backend, clock, heard } = await startEngine(failing([0], Object.create(null)));
    backend.append(0, records(1));
    await clock.advance(0);
    expect(heard('partitionStopped')).toHaveLength(1);
  });

  it('that fails after commit() has had its say: the record counts as handled', async () => {
    const tried: number[] = [];
    const { backend, clock, heard } = await startEngine({
      handle: async (_: unknown, { record, commit }: RecordContext) => {
        tried.push(record.offset);
        await commit();
        if (record.offset === 0) throw new Error('too late');
      },
    });
    backend.append(0, records(2));
    await clock.advance(1_000);
    expect(tried).toEqual([0, 1]);
    expect(heard('error')).toMatchObject([{ error: { code: 'HANDLER_FAILED', offset: 0 } }]);
    expect(backend.stored(0)?.position).toEqual({ offset: 2 });
  });
});

describe('a value', () => {
  it('that does not decode goes past retry to what comes after it', async () => {
    const { backend, clock, heard } = await startEngine({
      value: () => {
        throw new Error('no JSON');
      },
      handle: () => {},
      onError: retry({ attempts: 5 }).otherwise(deadLetter('orders.dead')),
    });
    backend.append(0, [{ value: '{' }]);
    await clock.advance(1_000);
    expect(heard('recordFailed')).toMatchObject([
      { attempt: 1, error: { code: 'DECODE_FAILED', offset: 0 }, decision: { kind: 'deadLetter' } },
    ]);
    expect(backend.produced[0]?.record.value?.toString()).toBe('{');
  });

  it('that a decoder rejects later is a failure too', async () => {
    const { backend, clock, heard } = await startEngine({
      value: async () => {
        throw new Error('no JSON');
      },
      handle: () => {},
      onError: skip(),
    });
    backend.append(0, records(1));
    await clock.advance(0);
    expect(heard('skipped')).toMatchObject([{ error: { code: 'DECODE_FAILED' } }]);
  });

  it('with a field named then is no promise', async () => {
    const values: unknown[] = [];
    const { backend, clock } = await startEngine({
      value: (value: Buffer) => JSON.parse(value.toString()) as unknown,
      handle: (value: unknown) => void values.push(value),
    });
    backend.append(0, [{ value: '{"then":1}' }]);
    await clock.advance(0);
    expect(values).toEqual([JSON.parse('{"then":1}')]);
  });
});

describe('retry', () => {
  it('tries again after a random part of a growing time, then gives up', async () => {
    const at: number[] = [];
    const { backend, clock, heard, consumer } = await startEngine({
      handle: () => {
        at.push(clock.now());
        throw new Error('boom');
      },
      onError: retry({ attempts: 5, firstDelayMs: 100, factor: 3, maxDelayMs: 1_000 }),
    });
    backend.append(0, records(1));
    await clock.advance(10_000);
    const waits = at.slice(1).map((time, index) => time - (at[index] as number));
    expect(waits).toHaveLength(4);
    for (const [index, limit] of [100, 300, 900, 1_000].entries())
      expect(waits[index]).toBeLessThanOrEqual(limit);
    expect(heard('partitionStopped')).toHaveLength(1);
    expect(consumer.status().counts).toMatchObject({ failures: 5, retries: 4, handled: 0 });
  });

  it('holds up the records of the same key and no others', async () => {
    const order: number[] = [];
    const { backend, clock } = await startEngine({
      concurrency: { order: 'key' },
      handle: (_: unknown, { record, attempt }: RecordContext) => {
        if (record.offset === 0 && attempt === 1) throw new Error('boom');
        order.push(record.offset);
      },
      onError: retry({ attempts: 2, firstDelayMs: 100 }),
    });
    backend.append(0, [{ key: 'a' }, { key: 'a' }, { key: 'b' }]);
    await clock.advance(1_000);
    expect(order).toEqual([2, 0, 1]);
  });
});

describe('stopPartition', () => {
  it('keeps the position before the record, other partitions running, and turns health red', async () => {
    const handled: string[] = [];
    const { app, backend, clock } = await startEngine(
      {
        handle: (_: unknown, { record }: RecordContext) => {
          if (record.partition === 0 && record.offset === 1) throw new Error('boom');
          handled.push(`${record.partition}@${record.offset}`);
        },
      },
      { partitions: [0, 1] },
    );
    backend.append(0, records(3));
    await clock.advance(0);
    backend.append(1, records(2));
    await clock.advance(1_000);
    expect(handled).toEqual(['0@0', '1@0', '1@1']);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
    expect(backend.stored(1)?.position).toEqual({ offset: 2 });
    expect(backend.paused(0)).toBe(true);
    expect(app.health()).toMatchObject({
      ok: false,
      problems: ['billing: orders-0 is stopped at offset 1: boom. resume() tries again.'],
    });
  });

  it('counts what other handlers of the partition finish after it', async () => {
    const handler = new ManualHandler();
    const { backend, clock, consumer } = await startEngine({
      handle: handler.handle,
      concurrency: { order: 'none' },
    });
    backend.append(0, records(3));
    await clock.advance(0);
    handler.fail(2);
    await clock.settle();
    handler.finish(0);
    handler.fail(1);
    await clock.advance(1_000);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
    expect(consumer.status().partitions[0]).toMatchObject({ state: 'stopped', bufferedBytes: 0 });
    expect(consumer.status().counts.failures).toBe(2);
  });

  it('is what an error policy that breaks itself comes to', async () => {
    const broken = retry({ attempts: 3 }).when(() => {
      throw new Error('classifier broke');
    });
    const { app, backend, clock } = await startEngine({ ...failing([0]), onError: broken });
    backend.append(0, records(1));
    await clock.advance(0);
    expect(app.health().problems).toEqual([
      'billing: orders-0 is stopped at offset 0: classifier broke. resume() tries again.',
    ]);
  });
});

describe('deadLetter', () => {
  it('writes the record with where it came from and why, then goes on', async () => {
    const { backend, clock, consumer, heard } = await startEngine({
      ...failing([0]),
      onError: deadLetter('orders.dead'),
    });
    backend.append(0, [{ key: 'k', value: 'v' }, {}]);
    await clock.advance(1_000);
    const [letter] = backend.produced;
    expect(letter).toMatchObject({
      topic: 'orders.dead',
      record: { key: Buffer.from('k'), value: Buffer.from('v') },
    });
    const headers = letter?.record.headers as readonly { name: string; value: Buffer }[];
    expect(Object.fromEntries(headers.map(({ name, value }) => [name, value.toString()]))).toEqual({
      'partita-topic': 'orders',
      'partita-partition': '0',
      'partita-offset': '0',
      'partita-timestamp': '1000',
      'partita-consumer': 'billing',
      'partita-attempts': '1',
      'partita-error': 'Error',
      'partita-message': 'boom',
    });
    expect(heard('deadLettered')).toHaveLength(1);
    expect(consumer.status().counts).toMatchObject({ handled: 2, deadLettered: 1 });
    expect(backend.stored(0)?.position).toEqual({ offset: 2 });
  });

  it('blocks the partition while the write fails, says so, and never skips', async () => {
    const handled: number[] = [];
    const { app, backend, clock } = await startEngine({
      handle: (_: unknown, { record }: RecordContext) => {
        if (record.offset === 0) throw new Error('boom');
        handled.push(record.offset);
      },
      onError: deadLetter('orders.dead'),
    });
    let tries = 0;
    backend.onProduce = () => {
      tries++;
      throw new PartitaError('UNKNOWN_TOPIC', 'No topic orders.dead.');
    };
    backend.append(0, records(2));
    await clock.advance(600_000);
    expect(tries).toBeGreaterThan(50);
    expect(handled).toEqual([]);
    expect(backend.stored(0)?.position).toEqual({ offset: 0 });
    expect(app.health().problems).toEqual([
      'billing: orders-0 waits at offset 0: its record cannot be written to orders.dead: No topic orders.dead.',
    ]);
    backend.onProduce = undefined;
    await clock.advance(11_000);
    expect(handled).toEqual([1]);
    expect(app.health().ok).toBe(true);
    expect(backend.stored(0)?.position).toEqual({ offset: 2 });
  });

  it('that fails in two partitions holds up neither a third nor each other', async () => {
    const { backend, clock, consumer } = await startEngine(
      {
        handle: (_: unknown, { record }: { record: ConsumerRecord }) => {
          if (record.partition < 2) throw new Error('boom');
        },
        onError: deadLetter('orders.dead'),
      },
      { partitions: [0, 1, 2] },
    );
    backend.onProduce = (_, { headers }) => {
      const from = (headers as readonly { name: string; value: Buffer }[]).find(
        ({ name }) => name === 'partita-partition',
      );
      if (from?.value.toString() === '0') throw new PartitaError('UNAVAILABLE', 'down');
    };
    for (const partition of [0, 1, 2]) backend.append(partition, records(3));
    await clock.advance(5_000);
    const frontiers = consumer.status().partitions.map(({ frontier }) => frontier);
    expect(frontiers).toEqual([0, 3, 3]);
  });

  it('names in health each record that waits, until it is written', async () => {
    const { app, backend, clock } = await startEngine({
      ...failing([0, 1]),
      onError: deadLetter('orders.dead'),
      concurrency: { order: 'none' },
    });
    let first = true;
    backend.onProduce = () => {
      const fails = first;
      first = false;
      if (fails) throw new PartitaError('UNAVAILABLE', 'down');
    };
    backend.append(0, records(2));
    await clock.advance(0);
    expect(app.health().problems).toEqual([
      'billing: orders-0 waits at offset 0: its record cannot be written to orders.dead: down',
    ]);
    await clock.advance(1_000);
    expect(app.health().ok).toBe(true);
  });

  it('stops trying when its partition is lost', async () => {
    const { backend, clock } = await startEngine({
      ...failing([0]),
      onError: deadLetter('orders.dead'),
    });
    backend.onProduce = () => {
      throw new PartitaError('UNAVAILABLE', 'down');
    };
    backend.append(0, records(1));
    await clock.advance(100);
    backend.lose([0]);
    backend.onProduce = undefined;
    await clock.advance(60_000);
    expect(backend.produced).toEqual([]);
  });
});
