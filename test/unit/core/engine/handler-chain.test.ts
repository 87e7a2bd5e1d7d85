import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  type ConsumerRecord,
  deadLetter,
  defineMiddleware,
  type HandlingOutcome,
  type Middleware,
  stopPartition,
  text,
  withContent,
} from '../../../../src/core/index.ts';
import { type EngineOptions, ManualHandler, startEngine } from '../../../support/engine.ts';

const values = (...list: readonly string[]) => list.map((value) => ({ value }));

/** Starts with this middleware, appends, and lets everything run. */
async function run(
  middleware: readonly unknown[],
  options: EngineOptions,
  ...list: readonly string[]
) {
  const engine = await startEngine({ onError: deadLetter('dead'), middleware, ...options });
  engine.backend.append(0, values(...(list.length === 0 ? ['a'] : list)));
  await engine.clock.advance(2_000);
  const { counts } = engine.consumer.status();
  const committed = engine.backend.commits.at(-1)?.position.offset;
  const messages = engine.heard('recordFailed').map(({ error }) => (error as Error).message);
  return { ...engine, counts, committed, messages };
}

function around(name: string, handle: NonNullable<Middleware['handle']>): Middleware {
  return defineMiddleware({ name, handle });
}

describe('middleware around a record handler', () => {
  it('runs outermost first, those of the application outside of those of the consumer', async () => {
    const order: string[] = [];
    const note = (name: string) =>
      around(name, async (_, next) => {
        order.push(`> ${name}`);
        await next();
        order.push(`< ${name}`);
      });
    const { clock, backend } = await startEngine(
      { middleware: [note('c'), note('d')], handle: () => order.push('handler') },
      { app: { middleware: [note('a'), note('b')] } },
    );
    backend.append(0, values('x'));
    await clock.advance(0);
    expect(order).toEqual(['> a', '> b', '> c', '> d', 'handler', '< d', '< c', '< b', '< a']);
  });

  it('sees the call, and may add to the context of the handler', async () => {
    const seen: unknown[] = [];
    await run(
      [
        around('outer', (call, next) => {
          const { kind, consumer, group, topic, partition, attempt, env } = call;
          const { clientId, backend } = env;
          seen.push({ kind, consumer, group, topic, partition, attempt, clientId, backend });
          return next({ context: { tenant: 'acme' } });
        }),
        around('inner', (call, next) => {
          seen.push(call.context);
          return next({ context: { user: 'ada' } });
        }),
      ],
      {
        handle: (_: unknown, context: { tenant: string; user: string }) =>
          seen.push(`${context.tenant} ${context.user}`),
      },
    );
    expect(seen).toEqual([
      {
        kind: 'record',
        consumer: 'billing',
        group: 'billing',
        topic: 'orders',
        partition: 0,
        attempt: 1,
        clientId: 'partita',
        backend: 'scripted',
      },
      { tenant: 'acme' },
      'acme ada',
    ]);
  });

  it('may show the record differently, before it is decoded; what is dead-lettered is the original', async () => {
    const seen: unknown[] = [];
    const upper = around('upper', (call, next) =>
      next({
        records: call.records.map((record) =>
          withContent(record, { value: Buffer.from(String(record.value).toUpperCase()) }),
        ),
      }),
    );
    const { backend, committed } = await run([upper], {
      value: text(),
      handle(value: string, { record }: { record: ConsumerRecord }) {
        seen.push(value, String(record.value), record.offset);
        throw new Error('no');
      },
    });
    expect(seen).toEqual(['A', 'A', 0]);
    expect(backend.produced).toMatchObject([
      { topic: 'dead', record: { value: Buffer.from('a') } },
    ]);
    expect(committed).toBe(1);
  });

  it('keeps the async context of the middleware in the handler, also behind an asynchronous decoder', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    await run([around('trace', (_, next) => storage.run('span', () => next()))], {
      value: async () => 'x',
      handle: () => seen.push(storage.getStore()),
    });
    expect(seen).toEqual(['span']);
  });

  it('may skip the handler: the record counts as handled, and those outside are told', async () => {
    const handled: unknown[] = [];
    const outcomes: HandlingOutcome[] = [];
    const { committed, counts, lines } = await run(
      [
        around('watch', async (_, next) => void outcomes.push(await next())),
        around('once', ({ records, skip }, next) =>
          String(records[0]?.value) === 'a' ? skip('seen before') : next(),
        ),
      ],
      { value: text(), handle: (value: string) => handled.push(value) },
      'a',
      'b',
    );
    expect(handled).toEqual(['b']);
    expect(counts).toMatchObject({ handled: 2, failures: 0 });
    expect(committed).toBe(2);
    expect(outcomes[0]?.skipped).toEqual({ middleware: 'once', reason: 'seen before' });
    expect(outcomes[1]?.skipped).toBeUndefined();
    expect(lines).toContain('debug middleware once skipped a record: seen before');
  });

  it('fails the record by throwing, or by fail()', async () => {
    const handled: unknown[] = [];
    const { messages, backend, committed } = await run(
      [
        around('guard', (call, next) => {
          if (String(call.records[0]?.value) === 'a') throw new Error('refused');
          if (String(call.records[0]?.value) === 'b') return call.fail(0, new Error('bad'));
          return next();
        }),
      ],
      { value: text(), handle: (value: string) => handled.push(value) },
      'a',
      'b',
      'c',
    );
    expect(messages).toEqual(['refused', 'bad']);
    expect(handled).toEqual(['c']);
    expect(backend.produced).toHaveLength(2);
    expect(committed).toBe(3);
  });

  it('hears of failures, and may swallow them', async () => {
    const heard: unknown[] = [];
    const { counts } = await run(
      [
        around('forgive', async (_, next) => {
          try {
            await next();
          } catch (error) {
            heard.push((error as Error).message);
          }
        }),
      ],
      {
        handle() {
          throw new Error('boom');
        },
      },
    );
    expect(heard).toEqual(['boom']);
    expect(counts).toMatchObject({ handled: 1, failures: 0 });
  });

  it('may end the call earlier: its signal counts beside that of the partition', async () => {
    const own = new AbortController();
    const handler = new ManualHandler();
    const { backend, clock } = await startEngine({
      middleware: [around('limit', (_, next) => next({ signal: own.signal }))],
      handle: handler.handle,
    });
    backend.append(0, values('a'));
    await clock.advance(0);
    const { signal } = handler.call(0).context;
    expect(signal.aborted).toBe(false);
    own.abort(new Error('enough'));
    expect(signal.aborted).toBe(true);
    handler.finish(0);
  });

  it('leaves nothing on the signal of the partition when a call has ended', async () => {
    const seen: AbortSignal[] = [];
    await run(
      [
        around('outer', (call, next) => {
          seen.push(call.signal);
          return next();
        }),
        around('limit', (_, next) => next({ signal: new AbortController().signal })),
      ],
      { handle: (_: unknown, { signal }: { signal: AbortSignal }) => void seen.push(signal) },
    );
    const [partition, call] = seen as [AbortSignal, AbortSignal];
    expect(call).not.toBe(partition);
    expect(getEventListeners(partition, 'abort')).toEqual([]);
  });

  it('takes away the right to commit when it has failed before the handler ended', async () => {
    const handler = new ManualHandler();
    const { backend, clock, heard } = await startEngine({
      onError: deadLetter('dead'),
      middleware: [
        around('impatient', (call, next) => {
          void next().catch(() => undefined);
          throw new Error(`${call.topic} took too long`);
        }),
      ],
      handle: handler.handle,
    });
    backend.append(0, values('a'));
    await clock.advance(0);
    expect(heard('recordFailed')).toHaveLength(1);
    await expect(handler.call(0).context.commit()).rejects.toThrow('orders took too long');
    handler.finish(0);
  });

  it('is held to its rules: next() once, awaited, or skip()', async () => {
    const failing = () => {
      throw new Error('handler failed');
    };
    const broken: [Middleware, RegExp][] = [
      [around('m', () => undefined), /m: it returned without having called next\(\)/],
      [
        around('m', async (_, next) => {
          await next();
          await next();
        }),
        /it called next\(\) twice/,
      ],
      [around('m', (_, next) => void next()), /without having awaited next\(\)/],
      [
        around('m', async (call, next) => {
          await next();
          call.skip('late');
        }),
        /both next\(\) and skip\(\)/,
      ],
      [around('m', (_, next) => next({ records: [] })), /call skip\(reason\)/],
      [around('m', (_, next) => next({ records: [{ offset: 7 } as never] })), /offset 7/],
      [around('m', (call) => call.fail(1, 'x')), /index is 1/],
      [around('m', (_, next) => next({ context: { record: 1, commit: 2 } })), /record is part of/],
    ];
    for (const [middleware, message] of broken) {
      const { messages } = await run([middleware], { handle: () => undefined });
      expect(messages).toHaveLength(1);
      expect(messages[0]).toMatch(message);
    }
    const { messages } = await run([around('m', (_, next) => void next())], { handle: failing });
    expect(messages[0]).toMatch(/without having awaited next\(\)/);
  });

  it('lets a handler that nobody awaits end before the record is tried or left', async () => {
    const handler = new ManualHandler();
    const { backend, clock, heard } = await startEngine({
      onError: deadLetter('dead'),
      middleware: [around('m', (_, next) => void next())],
      handle: handler.handle,
    });
    backend.append(0, values('a'));
    await clock.advance(0);
    expect(heard('recordFailed')).toEqual([]);
    handler.finish(0);
    await clock.advance(0);
    expect(heard('recordFailed')).toHaveLength(1);
  });

  it('does not start a handler when the partition has gone while middleware took its time', async () => {
    const handled: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = around('slow', async (_, next) => {
      await promise;
      await next();
    });
    const handle = () => handled.push('record');
    const { backend, clock } = await startEngine({ middleware: [slow], handle });
    backend.append(0, values('a'));
    await clock.advance(0);
    backend.lose([0]);
    resolve();
    await clock.advance(0);
    expect(handled).toEqual([]);
  });

  it('counts towards handlerTimeoutMs', async () => {
    const { messages } = await run([around('stuck', () => new Promise(() => {}))], {
      handlerTimeoutMs: 500,
      handle: () => undefined,
    });
    expect(messages[0]).toMatch(/did not finish a record of orders-0 within handlerTimeoutMs/);
  });
});

describe('middleware around a batch handler', () => {
  const batched = (handleBatch: unknown, more: EngineOptions = {}): EngineOptions => ({
    value: text(),
    batch: { maxRecords: 10, maxWaitMs: 10 },
    handleBatch,
    ...more,
  });

  it('may leave records out, which then count as handled, and change the others', async () => {
    const seen: unknown[] = [];
    const { committed, counts } = await run(
      [
        around('odd', (call, next) =>
          next({
            records: call.records
              .filter(({ offset }) => offset % 2 === 1)
              .map((record) => withContent(record, { value: Buffer.from(`${record.value}!`) })),
            context: { dropped: 2 },
          }),
        ),
      ],
      batched((list: string[], context: { dropped: number; records: readonly ConsumerRecord[] }) =>
        seen.push(
          list,
          context.dropped,
          context.records.map(({ offset }) => offset),
        ),
      ),
      'a',
      'b',
      'c',
    );
    expect(seen).toEqual([['b!'], 2, [1]]);
    expect(committed).toBe(3);
    expect(counts).toMatchObject({ handled: 3, failures: 0 });
  });

  it('may fail single records: the handler gets the rest, and its own failures keep their place', async () => {
    const outcomes: HandlingOutcome[] = [];
    const { messages, backend, committed } = await run(
      [
        around('watch', async (_, next) => void outcomes.push(await next())),
        around('check', (call, next) => {
          call.fail(0, new Error('first'));
          return next();
        }),
      ],
      batched((list: string[], context: { fail(index: number, error: unknown): void }) => {
        expect(list).toEqual(['b', 'c']);
        context.fail(1, new Error('third'));
      }),
      'a',
      'b',
      'c',
    );
    expect(messages).toEqual(['first', 'third']);
    expect(backend.produced.map(({ record }) => String(record.value))).toEqual(['a', 'c']);
    expect(committed).toBe(3);
    expect([...(outcomes[0]?.failures.keys() ?? [])]).toEqual([0, 2]);
  });

  it('does not call the handler when nothing is left, nor when all is skipped', async () => {
    const handled: unknown[] = [];
    const all = around('all', (call) => call.skip('not ours'));
    const none = around('none', (call, next) => {
      for (const index of call.records.keys()) call.fail(index, new Error('bad'));
      return next();
    });
    const handle = batched((list: string[]) => handled.push(list));
    expect((await run([all], handle, 'a', 'b')).counts).toMatchObject({ handled: 2, failures: 0 });
    expect((await run([none], handle, 'a', 'b')).counts).toMatchObject({ deadLettered: 2 });
    expect(handled).toEqual([]);
  });

  it('keeps what was decided about single records when the handler throws', async () => {
    const { messages } = await run(
      [
        around('check', (call, next) => {
          call.fail(0, new Error('first'));
          return next({ records: call.records.slice(0, 2) });
        }),
      ],
      batched(() => {
        throw new Error('batch');
      }),
      'a',
      'b',
      'c',
    );
    expect(messages).toEqual(['first', 'batch']);
  });

  it('does not commit what does not decode', async () => {
    const { backend } = await run(
      [around('plain', (_, next) => next())],
      batched((_: unknown, context: { commit(): Promise<void> }) => context.commit(), {
        commit: 'manual',
        onError: stopPartition(),
        value(bytes: Buffer) {
          if (String(bytes) === 'b') throw new Error('bad');
        },
      }),
      'a',
      'b',
      'c',
    );
    expect(backend.commits[0]?.position.offset).toBe(1);
  });

  it('commits what was read, not what was shown', async () => {
    const { backend } = await run(
      [around('drop', (call, next) => next({ records: call.records.slice(1) }))],
      batched(
        (_: unknown, context: { commit(): Promise<void>; fail(i: number, e: unknown): void }) => {
          context.fail(1, new Error('last'));
          return context.commit();
        },
        { commit: 'manual' },
      ),
      'a',
      'b',
      'c',
    );
    expect(backend.commits[0]?.position.offset).toBe(2);
  });
});
