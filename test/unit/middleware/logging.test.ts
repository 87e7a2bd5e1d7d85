import { describe, expect, it } from 'vitest';
import { defineMiddleware, InvalidConfigError, PartitaError } from '../../../src/index.ts';
import { logging } from '../../../src/middleware/index.ts';
import { records } from '../../../src/testing/index.ts';
import { consumerWith } from '../../support/middleware-app.ts';

describe('logging()', () => {
  it('writes a line for each call of a handler, with where and how long but without contents', async () => {
    await using t = await consumerWith([logging()], {
      async handle(record: { value: Buffer }) {
        if (String(record.value) === 'bad secret') throw new TypeError('about bad secret');
      },
    });
    await t.produce('orders', [{ value: 'good secret' }, { value: 'bad secret' }]);
    await t.idle();
    const lines = t.log.filter(({ message }) => ['handled', 'failed', 'written'].includes(message));
    const where = { consumer: 'billing', partition: 'orders-0', attempt: 1 };
    expect(lines).toEqual([
      { level: 'info', message: 'handled', fields: { ...where, offset: 0, tookMs: 0 } },
      {
        level: 'warn',
        message: 'failed',
        fields: { ...where, offset: 1, tookMs: 0, error: 'TypeError' },
      },
      {
        level: 'info',
        message: 'written',
        fields: { topic: 'dead', records: 1, origin: 'deadLetter', consumer: 'billing', tookMs: 0 },
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('tells what middleware inside of it skipped, and how many of a batch failed', async () => {
    const skipAll = defineMiddleware({ name: 'all', handle: (call) => call.skip('not today') });
    await using skipping = await consumerWith([logging({ level: 'debug' }), skipAll]);
    await skipping.produce('orders', { value: 'a' });
    await skipping.idle();
    expect(skipping.log).toContainEqual(
      expect.objectContaining({
        level: 'debug',
        message: 'skipped',
        fields: expect.objectContaining({ middleware: 'all', reason: 'not today' }),
      }),
    );
    await using failing = await consumerWith([logging({ failureLevel: 'error' })], {
      handleBatch: (_: unknown, { fail }: { fail(index: number, error: unknown): void }) =>
        fail(1, new Error('no')),
    });
    await failing.produce('orders', records('order', 3));
    await failing.idle();
    expect(failing.log).toContainEqual({
      level: 'error',
      message: 'failed in part',
      fields: {
        consumer: 'billing',
        partition: 'orders-0',
        first: 0,
        last: 2,
        records: 3,
        attempt: 1,
        tookMs: 0,
        failed: 1,
      },
    });
  });

  it('writes a line for each write, and can leave either out', async () => {
    const publishes = (_: unknown, { publish }: { publish(...args: unknown[]): unknown }) =>
      publish('sums', { value: '1' });
    await using t = await consumerWith([logging({ handling: false })], { handle: publishes });
    await t.produce('orders', { value: 'a' });
    await t.idle();
    expect(t.log.map(({ message }) => message)).toContain('written');
    expect(t.log.map(({ message }) => message)).not.toContain('handled');
    await using silent = await consumerWith([logging({ writes: false })], { handle: publishes });
    await silent.produce('orders', { value: 'a' });
    await silent.idle();
    expect(silent.log.map(({ message }) => message)).toContain('handled');
    expect(silent.log.map(({ message }) => message)).not.toContain('written');
  });

  it('tells of writes that failed, by the code of the error', async () => {
    await using t = await consumerWith([logging()], {
      handle: (_: unknown, { publish }: { publish(...args: unknown[]): unknown }) =>
        publish('sums', { value: '1' }),
    });
    await t.produce('orders', { value: 'a' });
    t.faults.failNext('produce', new PartitaError('AUTHORIZATION_FAILED', 'Not allowed.'));
    await t.idle();
    expect(t.log).toContainEqual(
      expect.objectContaining({
        message: 'not written',
        fields: expect.objectContaining({ error: 'AUTHORIZATION_FAILED', origin: 'publish' }),
      }),
    );
  });

  it('refuses options that it does not know', () => {
    expect(() => logging({ level: 'loud' as never, keys: true } as never)).toThrow(
      new InvalidConfigError('logging options', [
        'keys is no option; known are level, failureLevel, handling, writes',
        'level is "loud", expected "debug", "info", "warn", "error"',
      ]),
    );
  });
});
