import { describe, expect, it } from 'vitest';
import { InvalidConfigError, type RecordContext } from '../../../src/index.ts';
import { throttle, timeout } from '../../../src/middleware/index.ts';
import { records } from '../../../src/testing/index.ts';
import { consumerWith } from '../../support/middleware-app.ts';

describe('timeout()', () => {
  it('fails a record whose handler takes too long, and aborts its signal', async () => {
    const contexts: RecordContext[] = [];
    await using t = await consumerWith([timeout(5_000)], {
      handle(_: unknown, context: RecordContext) {
        contexts.push(context);
        return new Promise(() => {});
      },
    });
    await t.produce('orders', { value: 'a' });
    await t.until(() => contexts.length === 1);
    await t.advance(4_999);
    expect(contexts[0]?.signal.aborted).toBe(false);
    await t.advance(1);
    expect(contexts[0]?.signal.aborted).toBe(true);
    expect(contexts[0]?.signal.reason).toMatchObject({ code: 'HANDLER_TIMEOUT' });
    await t.advance(1);
    expect(t.deadLetters()).toMatchObject([{ error: 'HANDLER_TIMEOUT' }]);
    await expect(contexts[0]?.commit()).rejects.toMatchObject({ code: 'HANDLER_TIMEOUT' });
  });

  it('leaves no timer behind handlers that are fast enough', async () => {
    await using t = await consumerWith([timeout(5_000)]);
    await t.produce('orders', records('order', 1));
    await t.idle();
    const { pending } = t.clock;
    await t.produce('orders', records('order', 9));
    await t.idle();
    expect(t.clock.pending).toBeLessThanOrEqual(pending);
    expect(t.handled()).toHaveLength(10);
  });

  it('does not count the waits of throttle() outside of it', async () => {
    await using t = await consumerWith([throttle({ perSecond: 0.01 }), timeout(5_000)]);
    await t.produce('orders', records('order', 3));
    await t.idle();
    expect(t.deadLetters()).toEqual([]);
    expect(t.handled()).toHaveLength(3);
  });

  it('takes no limit that a timer cannot take', () => {
    for (const limitMs of [0, -1, Number.NaN, 2 ** 31, '5' as never])
      expect(() => timeout(limitMs)).toThrow(InvalidConfigError);
  });
});
