import { describe, expect, it } from 'vitest';
import { type ConsumerRecord, InvalidConfigError } from '../../../src/index.ts';
import { throttle } from '../../../src/middleware/index.ts';
import { records, type TestApp } from '../../../src/testing/index.ts';
import { consumerWith } from '../../support/middleware-app.ts';

/** When each record was handled, in milliseconds after the first. */
async function timesOf(t: TestApp, times: number[], produce: Parameters<TestApp['produce']>[1]) {
  await t.produce('orders', produce);
  await t.idle();
  return times.map((at) => Math.round(at - (times[0] ?? 0)));
}

function throttled(options: Parameters<typeof throttle>[0], more = {}) {
  const times: number[] = [];
  let now = () => 0;
  const started = consumerWith([throttle(options)], {
    handle: () => void times.push(now()),
    ...more,
  });
  return started.then((t) => {
    now = () => t.clock.now();
    return { t, times };
  });
}

describe('throttle()', () => {
  it('spaces records evenly', async () => {
    const { t, times } = await throttled({ perSecond: 4 });
    await using _ = t;
    expect(await timesOf(t, times, records('order', 4))).toEqual([0, 250, 500, 750]);
  });

  it('lets a burst go first, and again after a pause', async () => {
    const { t, times } = await throttled({ perSecond: 1, burst: 3 });
    await using _ = t;
    expect(await timesOf(t, times, records('order', 5))).toEqual([0, 0, 0, 1_000, 2_000]);
    await t.advance(60_000);
    times.length = 0;
    expect(await timesOf(t, times, records('order', 4))).toEqual([0, 0, 0, 1_000]);
  });

  it('has one rate over all lanes, or one for each key', async () => {
    const two = [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' },
      { key: 'b', value: '3' },
    ];
    const concurrency = { order: 'key' };
    const one = await throttled({ perSecond: 1 }, { concurrency });
    await using _ = one.t;
    expect(await timesOf(one.t, one.times, two)).toEqual([0, 1_000, 2_000]);
    const key = (record: ConsumerRecord) => String(record.key);
    const each = await throttled({ perSecond: 1, key }, { concurrency });
    await using __ = each.t;
    expect(await timesOf(each.t, each.times, two)).toEqual([0, 0, 1_000]);
  });

  it('counts a batch as its records', async () => {
    const times: number[] = [];
    let now = () => 0;
    await using t = await consumerWith([throttle({ perSecond: 10 })], {
      batch: { maxRecords: 5 },
      handleBatch: () => void times.push(now()),
    });
    now = () => t.clock.now();
    expect(await timesOf(t, times, records('order', 10))).toEqual([0, 500]);
  });

  it('goes faster than a timer can, at high rates', async () => {
    const { t, times } = await throttled({ perSecond: 5_000 });
    await using _ = t;
    const found = await timesOf(t, times, records('order', 1_000));
    expect(found).toHaveLength(1_000);
    expect(found.at(-1)).toBeGreaterThanOrEqual(195);
    expect(found.at(-1)).toBeLessThan(260);
  });

  it('gives up waiting at once when the partition comes to rest; that is no failure', async () => {
    await using t = await consumerWith([throttle({ perSecond: 0.001 })], {
      concurrency: { order: 'none', limit: 50 },
    });
    await t.produce('orders', records('order', 20));
    await t.until(() => t.handled().length === 1);
    const beforeMs = t.clock.now();
    const [consumer] = t.app.consumers;
    await t.stop();
    expect(t.clock.now() - beforeMs).toBeLessThan(1_000);
    expect(consumer?.report.counts).toMatchObject({ handled: 1, failures: 0 });
    expect(t.committed('orders')).toEqual([1]);
    expect(t.deadLetters()).toEqual([]);
  });

  it('gives back the places of those that gave up', async () => {
    const { t, times } = await throttled(
      { perSecond: 1 },
      { concurrency: { order: 'none', limit: 50 } },
    );
    await using _ = t;
    await t.produce('orders', records('order', 30));
    await t.until(() => times.length === 2);
    await t.app.consumers[0]?.seek({ topic: 'orders', partition: 0 }, { offset: 30 });
    await t.produce('orders', records('order', 1));
    await t.idle();
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeLessThanOrEqual(2_000);
  });

  it('tells all that is wrong with its options', () => {
    expect(() => throttle({ perSecond: 0, burst: 0, key: 'x', rate: 1 } as never)).toThrow(
      new InvalidConfigError('throttle options', [
        'rate is no option; known are perSecond, burst, key',
        'perSecond is 0, expected a number above 0',
        'burst is 0, expected a whole number of at least 1',
        'key is "x", expected a function',
      ]),
    );
  });
});
