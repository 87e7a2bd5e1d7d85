import { describe, expect, it } from 'vitest';
import { memory } from '../../../../src/backends/memory/index.ts';
import {
  type App,
  type ConsumerRecord,
  type ConsumerSettings,
  deadLetter,
  type ErrorPolicy,
  PartitaError,
  park,
  partita,
  retry,
} from '../../../../src/index.ts';
import { headersOf, type TestApp, testApp } from '../../../../src/testing/index.ts';
import { problemsOf } from '../../../support/problems-of.ts';

const minuteMs = 60_000;
const fiveMinutes = park('orders.retry', { delayMs: 5 * minuteMs, times: 2 });

/** A consumer whose handler fails for the values in `bad`, for as long as they are there. */
function declared(
  bad: Set<string>,
  onError: ErrorPolicy,
  more: Partial<ConsumerSettings> & { handle?(record: ConsumerRecord): void } = {},
): App {
  return partita({ backend: memory() }).consume('orders', {
    group: 'billing',
    concurrency: { order: 'none', limit: 10 },
    onError,
    handle: ({ value }: ConsumerRecord) => {
      if (bad.has(String(value))) throw new Error(`${value} is bad`);
    },
    ...more,
  });
}

const done = (t: TestApp) =>
  t
    .handled()
    .filter(({ error }) => error === undefined)
    .map(({ records }) => records.map(({ value }) => String(value)).join('+'));
const values = (texts: string) => [...texts].map((value) => ({ value }));

describe('a parked record', () => {
  it('lets others pass, comes again when it is due, and says where it was read at first', async () => {
    const bad = new Set(['b']);
    await using t = await testApp(declared(bad, fiveMinutes));
    await t.produce('orders', { value: 'a' });
    await t.produce('orders', { key: 'k', value: 'b', headers: { trace: '1' } });
    await t.produce('orders', { value: 'c' });
    await t.until(() => t.committed('orders')[0] === 3, 'the position to pass it');
    const [parked] = t.records('orders.retry');
    expect(String(parked?.key)).toBe('k');
    expect(headersOf(parked ?? {})).toMatchObject({
      trace: '1',
      'partita-topic': 'orders',
      'partita-offset': '1',
      'partita-attempts': '1',
      'partita-message': 'b is bad',
      'partita-parked': 'orders.retry=1',
    });
    expect(done(t)).toEqual(['a', 'c']);
    bad.clear();
    await t.advance(4 * minuteMs);
    expect(done(t)).toEqual(['a', 'c']);
    await t.idle();
    expect(done(t)).toEqual(['a', 'c', 'b']);
    expect(t.committed('orders.retry')).toEqual([1]);
    expect(t.app.consumers[0]?.status().counts).toMatchObject({ parked: 1, failures: 1 });
    expect(t.events.find(({ kind }) => kind === 'parked')).toMatchObject({
      topic: 'orders.retry',
      record: { offset: 1 },
    });
  });

  it('is parked as often as is said, then goes on to the next policy with all tries counted', async () => {
    const policy = retry({ attempts: 2, firstDelayMs: 1 }).otherwise(
      fiveMinutes.otherwise(
        park('orders.later', { delayMs: 60 * minuteMs }).otherwise(deadLetter('orders.dead')),
      ),
    );
    await using t = await testApp(declared(new Set(['a']), policy), {
      limitMs: 10 * 60 * minuteMs,
    });
    await t.produce('orders', { value: 'a' });
    const before = t.clock.now();
    await t.idle();
    expect(t.clock.now() - before).toBeGreaterThanOrEqual(70 * minuteMs);
    const [letter] = t.deadLetters('orders.dead');
    // Twice when it was written, after each of the two first waits, and after the long one.
    expect(letter).toMatchObject({ topic: 'orders', offset: 0, attempts: 8, message: 'a is bad' });
    expect(Object.keys(headersOf(letter?.record ?? {}))).not.toContain('partita-due');
    expect(t.records('orders.retry')).toHaveLength(2);
    expect(headersOf(t.records('orders.later')[0] ?? {})['partita-parked']).toBe(
      'orders.retry=2, orders.later=1',
    );
    expect(t.handled()).toHaveLength(8);
  });

  it('waits on in the process that the retry topic moves to, and after a crash', async () => {
    const bad = new Set(['a', 'b']);
    await using t = await testApp(declared(bad, fiveMinutes), { partitions: 2 });
    await t.produce('orders', values('ab'));
    const passed = () => t.committed('orders').reduce<number>((sum, at) => sum + (at ?? 0), 0);
    await t.until(() => passed() === 2, 'the positions to pass both');
    bad.clear();
    await t.crash();
    await t.advance(3 * minuteMs);
    await t.rebalance();
    expect(done(t)).toEqual([]);
    await t.idle();
    expect(done(t).sort()).toEqual(['a', 'b']);
    expect(t.clock.now()).toBeGreaterThanOrEqual(1_767_225_600_000 + 5 * minuteMs);
  });

  it('may be one of a batch', async () => {
    const bad = new Set(['b']);
    const app = partita({ backend: memory() }).consume('orders', {
      group: 'billing',
      batch: { maxRecords: 3 },
      onError: park('orders.retry', { delayMs: minuteMs, allowOvertaking: true }),
      handleBatch(records, { fail }) {
        for (const [index, { value }] of records.entries())
          if (bad.delete(String(value))) fail(index, new Error('bad'));
      },
    });
    await using t = await testApp(app);
    await t.produce('orders', values('abc'));
    await t.idle();
    expect(done(t)).toEqual(['a+b+c', 'b']);
    expect(t.committed('orders.retry')).toEqual([1]);
  });

  it('is no sign of a partition that stands still, nor old, before it is due', async () => {
    await using t = await testApp(declared(new Set(['a']), fiveMinutes));
    await t.produce('orders', { value: 'a' });
    await t.until(() => t.committed('orders')[0] === 1, 'the position to pass it');
    await t.advance(minuteMs);
    const retryTopic = () =>
      t.app.consumers[0]?.status().partitions.find(({ topic }) => topic === 'orders.retry');
    expect(retryTopic()).toMatchObject({ buffered: 1, waiting: 1, lag: 1 });
    expect(retryTopic()?.oldestMs).toBeUndefined();
    expect(retryTopic()?.lagMs).toBeGreaterThanOrEqual(minuteMs);
  });

  it('is read although the consumer begins with what is new', async () => {
    const bad = new Set(['a']);
    await using t = await testApp(declared(bad, fiveMinutes, { start: 'latest' }));
    await t.produce('orders', { value: 'a' });
    await t.until(() => t.records('orders.retry').length === 1, 'it to be parked');
    bad.clear();
    await t.idle();
    expect(done(t)).toEqual(['a']);
  });

  it('holds its partition while the retry topic cannot be written', async () => {
    const full = new PartitaError('UNAVAILABLE', 'Full.');
    const app = declared(new Set(), fiveMinutes, {
      handle({ topic, value }) {
        if (topic === 'orders.retry' || String(value) !== 'a') return;
        t.faults.failNext('produce', full, 3);
        throw new Error('a is bad');
      },
    });
    await using t = await testApp(app);
    await t.produce('orders', values('ab'));
    await t.until(() => t.app.health().problems.length > 0, 'a problem');
    expect(t.app.health().problems).toEqual([
      expect.stringContaining('its record cannot be written to orders.retry: Full.'),
    ]);
    expect(t.committed('orders')).not.toEqual([2]);
    await t.until(() => t.committed('orders')[0] === 2, 'the position to pass it');
    expect(t.app.health().problems).toEqual([]);
  });
});

describe('parking', () => {
  it('is refused where order is kept, unless overtaking is allowed', () => {
    const byKey = { concurrency: { order: 'key', limit: 2 } } as const;
    expect(problemsOf(() => declared(new Set(), fiveMinutes, byKey))).toEqual([
      "onError parks records in orders.retry, where later records of the same key overtake them; say concurrency: { order: 'none' }, or allowOvertaking: true in park()",
    ]);
    const allowed = park('orders.retry', { delayMs: 1, allowOvertaking: true });
    expect(problemsOf(() => declared(new Set(), allowed, byKey))).toEqual([]);
  });

  it('is refused in a topic that is read anyway, twice in one, and without a group that reads it', () => {
    const app = () => partita({ backend: memory() });
    const options = {
      group: 'billing',
      concurrency: { order: 'none' },
      onError: fiveMinutes.otherwise(park('orders.retry', { delayMs: 1 })),
      handle: () => {},
    } as const;
    expect(problemsOf(() => app().consume(['orders', 'orders.retry'], options))).toEqual([
      'onError parks in one topic twice (orders.retry, orders.retry); give each delay a topic of its own',
      'onError parks records in "orders.retry", which is among the topics of the consumer; leave it out there: retry topics are read along',
    ]);
    const once = { ...options, onError: fiveMinutes };
    expect(problemsOf(() => app().consume(/orders/, once))).toEqual([
      'onError parks records in orders.retry, which a consumer of the pattern /orders/ does not read; name the topics',
    ]);
    expect(problemsOf(() => app().consume('orders', { ...once, partitions: [0] }))).toEqual([
      'onError parks records in orders.retry, which a consumer of chosen partitions does not read; name the topics',
    ]);
  });

  it('tells all that is wrong with its options at once', () => {
    expect(
      problemsOf(() => park('', { delayMs: 0, times: 0, allowOvertaking: 'yes' as never })),
    ).toHaveLength(4);
  });
});
