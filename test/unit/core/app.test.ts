import { describe, expect, it } from 'vitest';
import {
  createApp,
  InvalidConfigError,
  PartitaError,
  stopPartition,
} from '../../../src/core/index.ts';
import { declareEngine, type Engine, ManualHandler, startEngine } from '../../support/engine.ts';
import { ScriptedBackend } from '../../support/scripted-backend.ts';

const records = (count: number) => Array.from({ length: count }, () => ({}));

/** Runs an application; tells when `run` has ended, and how. */
function running(engine: Engine) {
  const state = { over: false, error: undefined as unknown };
  void engine.app
    .run()
    .catch((error: unknown) => {
      state.error = error;
    })
    .finally(() => {
      state.over = true;
    });
  return state;
}

describe('an application', () => {
  it('runs until it is asked to end: drains, commits, leaves, closes', async () => {
    const handler = new ManualHandler();
    const engine = declareEngine({ handle: handler.handle });
    const { backend, clock } = engine;
    const run = running(engine);
    await clock.settle();
    backend.assign([0]);
    backend.append(0, records(2));
    await clock.advance(0);
    engine.terminate();
    await clock.advance(100);
    expect(run.over).toBe(false);
    handler.finish(0);
    await clock.until(() => run.over);
    expect(run.error).toBeUndefined();
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
    expect(backend).toMatchObject({ left: true, sessionClosed: true, backendClosed: true });
    expect(handler.started).toEqual([0]);
  });

  it('ends at a second signal without waiting, and closes each partition once', async () => {
    const closed: string[] = [];
    const engine = declareEngine({
      handle: () => new Promise(() => {}),
      close: (_: unknown, reason: string) => void closed.push(reason),
    });
    const { backend, clock, heard } = engine;
    const run = running(engine);
    await clock.settle();
    backend.assign([0, 1]);
    backend.append(0, records(1));
    await clock.advance(0);
    engine.terminate();
    await clock.advance(1_000);
    expect(run.over).toBe(false);
    const before = clock.now();
    engine.terminate();
    await clock.until(() => run.over);
    expect(clock.now() - before).toBeLessThan(1_000);
    expect(closed).toEqual(['stopped', 'stopped']);
    expect(backend).toMatchObject({ left: true, backendClosed: true });
    expect(heard('drainTimedOut')).toEqual([]);
    await clock.advance(100_000);
    expect(closed).toHaveLength(2);
  });

  it('waits for handlers when the first signal meets a stop that the program has begun', async () => {
    const gate = Promise.withResolvers<void>();
    const engine = declareEngine({ handle: () => gate.promise });
    const { app, backend, clock } = engine;
    const run = running(engine);
    await clock.settle();
    backend.assign([0]);
    backend.append(0, records(1));
    await clock.advance(0);
    void app.stop();
    engine.terminate();
    await clock.advance(1_000);
    expect(run.over).toBe(false);
    gate.resolve();
    await clock.until(() => run.over);
    expect(backend.stored(0)?.position).toEqual({ offset: 1 });
  });

  it('ends by force although a commit and a close get no answer', async () => {
    const engine = declareEngine({ handle: () => {}, close: () => new Promise(() => {}) });
    const { backend, clock } = engine;
    const run = running(engine);
    await clock.settle();
    backend.assign([0]);
    await clock.advance(0);
    backend.onCommit = () => new Promise(() => {});
    backend.append(0, records(1));
    await clock.advance(0);
    engine.terminate();
    await clock.advance(100);
    engine.terminate();
    await clock.advance(1_000);
    expect(run.over).toBe(true);
  });

  it('stops within its deadline although a handler never returns', async () => {
    const signals: AbortSignal[] = [];
    const { app, backend, clock, heard } = await startEngine(
      {
        handle: (_: unknown, { signal }: { signal: AbortSignal }) => {
          signals.push(signal);
          return new Promise(() => {});
        },
      },
      { app: { stopTimeoutMs: 5_000 } },
    );
    backend.append(0, records(1));
    await clock.advance(0);
    const startedAt = clock.now();
    let over = false;
    void app.stop().then(() => {
      over = true;
    });
    await clock.until(() => over);
    expect(clock.now() - startedAt).toBeLessThanOrEqual(5_000);
    expect(signals[0]?.aborted).toBe(true);
    expect(heard('drainTimedOut')).toHaveLength(1);
    expect(backend.backendClosed).toBe(true);
  });

  it('takes no partition that is assigned while it stops', async () => {
    const handler = new ManualHandler();
    const opened: number[] = [];
    const { app, backend, clock } = await startEngine({
      handle: handler.handle,
      open: ({ partition }: { partition: number }) => void opened.push(partition),
    });
    backend.append(0, records(1));
    backend.append(1, records(1));
    await clock.advance(0);
    const stopped = app.stop();
    backend.assign([1]);
    await clock.advance(100);
    handler.finish(0);
    await stopped;
    expect(opened).toEqual([0]);
    expect(handler.started).toEqual([0]);
  });

  it('can be asked to end while it is still joining', async () => {
    const engine = declareEngine({ handle: () => {} });
    const run = running(engine);
    await engine.clock.settle();
    engine.terminate();
    await engine.clock.until(() => run.over);
    expect(run.error).toBeUndefined();
    expect(engine.backend.backendClosed).toBe(true);
  });

  it('fails to start when no broker is reached within startTimeoutMs', async () => {
    const { app, backend, clock } = declareEngine(
      { handle: () => {} },
      { app: { startTimeoutMs: 5_000 } },
    );
    const started = expect(app.start()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    backend.listener.failed(
      new PartitaError('CONNECTION_FAILED', 'nobody there', { retriable: true }),
    );
    await clock.advance(5_000);
    await started;
  });

  it('waits longer than startTimeoutMs for a group that takes its time', async () => {
    const { app, backend, clock } = declareEngine(
      { handle: () => {} },
      { app: { startTimeoutMs: 5_000 } },
    );
    const started = app.start();
    await clock.advance(20_000);
    backend.assign([0]);
    await started;
  });

  it('warns of an outage once, however often the session tries', async () => {
    const { backend, lines } = await startEngine({ handle: () => {} });
    const outage = () => new PartitaError('CONNECTION_FAILED', 'nobody there', { retriable: true });
    for (let i = 0; i < 3; i++) backend.listener.failed(outage());
    expect(lines.filter((line) => line === 'warn nobody there')).toHaveLength(1);
  });

  it('is well again once the session says that its trouble is over', async () => {
    const { app, backend, lines } = await startEngine({ handle: () => {} });
    backend.listener.failed(
      new PartitaError('UNAVAILABLE', 'coordinator away', { retriable: true }),
    );
    expect(app.health().problems).toEqual([expect.stringContaining('coordinator away')]);
    backend.listener.recovered?.();
    expect(app.health().ok).toBe(true);
    expect(lines.at(-1)).toBe('info the session works again');
  });

  it('rejects start() when it is stopped while it is still joining', async () => {
    const { app } = declareEngine({ handle: () => {} });
    const started = expect(app.start()).rejects.toMatchObject({ code: 'CLOSED' });
    await app.stop();
    await started;
  });

  it('goes on although start() is called twice', async () => {
    const { app, backend, clock, consumer } = await startEngine({ handle: () => {} });
    await expect(app.start()).rejects.toMatchObject({ code: 'CLOSED' });
    backend.append(0, records(1));
    await clock.advance(1_000);
    expect(consumer.status().counts.handled).toBe(1);
    expect(app.health().ok).toBe(true);
  });

  it('ends with the error of a consumer that cannot go on', async () => {
    const engine = declareEngine({ handle: () => {} });
    const run = running(engine);
    await engine.clock.settle();
    engine.backend.listener.failed(new PartitaError('UNKNOWN_TOPIC', 'No topic orders.'));
    await engine.clock.until(() => run.over);
    expect(run.error).toMatchObject({ code: 'UNKNOWN_TOPIC' });
    expect(engine.backend.backendClosed).toBe(true);
  });

  it('ends with the error of a consumer that dies after it has joined', async () => {
    const engine = declareEngine({ handle: () => {} });
    const run = running(engine);
    await engine.clock.settle();
    engine.backend.assign([0]);
    await engine.clock.advance(0);
    engine.backend.listener.failed(new PartitaError('AUTHENTICATION_FAILED', 'Revoked.'));
    await engine.clock.until(() => run.over);
    expect(run.error).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  });

  it('goes on through what passes, and says so in its health', async () => {
    const { app, backend } = await startEngine({ handle: () => {} });
    backend.listener.failed(new PartitaError('UNAVAILABLE', 'Broker away.', { retriable: true }));
    expect(app.health().problems).toEqual(['billing: Broker away.']);
    backend.assign([]);
    expect(app.health().ok).toBe(true);
  });

  it('ends run() when stop() is called, before or while it runs', async () => {
    const engine = declareEngine({ handle: () => {} });
    const run = running(engine);
    await engine.clock.settle();
    engine.backend.assign([0]);
    await engine.app.stop();
    await engine.clock.until(() => run.over);
    const late = declareEngine({ handle: () => {} });
    await late.app.stop();
    await late.app.run();
  });

  it('closes the backend although leaving the group fails', async () => {
    const { app, backend } = await startEngine({ handle: () => {} });
    const session = backend.session;
    session.close = () => Promise.reject(new PartitaError('TIMEOUT', 'No answer.'));
    await expect(app.stop()).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(backend.backendClosed).toBe(true);
  });

  it('can be stopped any number of times, and disposed of', async () => {
    const { app } = await startEngine({ handle: () => {} });
    await Promise.all([app.stop(), app.stop(), app[Symbol.asyncDispose]()]);
    await app.stop({ force: true });
    await expect(app.start()).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => app.producer()).toThrow(PartitaError);
  });

  it('gives handlers a way to publish while they are drained', async () => {
    const handler = new ManualHandler();
    const { app, backend, clock } = await startEngine({ handle: handler.handle });
    backend.append(0, records(1));
    await clock.advance(0);
    const { context } = handler.call(0);
    const stopped = app.stop();
    await expect(context.publish('sent', { value: 'x' })).resolves.toMatchObject({ offset: 0 });
    handler.finish(0);
    await stopped;
    expect(backend.produced).toHaveLength(1);
  });

  it('tells of a blocked event loop, and who ran', async () => {
    const handler = new ManualHandler();
    const { backend, clock, heard } = await startEngine({ handle: handler.handle });
    backend.append(0, records(1));
    await clock.advance(0);
    const now = clock.now.bind(clock);
    clock.now = () => now() + 5_000;
    await clock.advance(500);
    expect(heard('blocked')).toMatchObject([{ consumer: 'billing', handlers: ['billing'] }]);
    expect(heard('blocked')[0]?.blockedMs).toBeGreaterThanOrEqual(5_000);
  });

  it('goes on although a listener throws', async () => {
    const { app, backend, clock, consumer, lines } = await startEngine({ handle: () => {} });
    app.on(() => {
      throw new Error('listener broke');
    });
    backend.append(0, records(1));
    await clock.advance(1_000);
    expect(consumer.status().counts.handled).toBe(1);
    expect(lines).toContain('error an event listener failed');
  });

  it('knows its consumers by different names', () => {
    const { app } = declareEngine({ handle: () => {} });
    const options = { group: 'billing', handle: () => {}, onError: stopPartition() };
    expect(() => app.consume('returns', options)).toThrow(InvalidConfigError);
    expect(() => app.consume('returns', { ...options, name: 'returns' })).not.toThrow();
  });

  it.for([[undefined], [null], [5], [{}], [{ backend: {} }]])(
    'refuses the options %j',
    ([options]) => {
      expect(() => createApp(options as never, undefined as never)).toThrow(InvalidConfigError);
    },
  );

  it('tells all that is wrong with its options at once', () => {
    const options = {
      backend: new ScriptedBackend(),
      clientid: 'x',
      clientId: 5,
      logger: {},
      stopTimeoutMs: 0,
    };
    try {
      createApp(options as never, undefined as never);
      expect.unreachable();
    } catch (error) {
      expect((error as InvalidConfigError).problems).toEqual([
        'clientid is no option; did you mean clientId?',
        'clientId is 5, expected a text that is not empty',
        'logger has no function debug: give one with debug, info, warn and error',
        'logger has no function info: give one with debug, info, warn and error',
        'logger has no function warn: give one with debug, info, warn and error',
        'logger has no function error: give one with debug, info, warn and error',
        'stopTimeoutMs is 0, expected milliseconds between 1 and 2147483647',
      ]);
    }
  });
});
