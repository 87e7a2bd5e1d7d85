import { setTimeout as realWait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type BatchContext,
  type ConsumerRecord,
  InvalidConfigError,
  retry,
} from '../../../src/index.ts';
import {
  type DeduplicateOptions,
  deduplicate,
  memoryDeduplication,
} from '../../../src/middleware/index.ts';
import { textOf } from '../../../src/testing/index.ts';
import { consumerWith } from '../../support/middleware-app.ts';

const byKey = ({ key }: ConsumerRecord) => key?.toString();

function once(options: Partial<DeduplicateOptions> = {}) {
  return deduplicate({ store: memoryDeduplication(), key: byKey, ...options });
}

const record = (key: string | null, value = 'x') => ({ key, value });

describe('deduplicate()', () => {
  it('leaves out what was handled before; it counts as handled', async () => {
    await using t = await consumerWith([once()]);
    await t.produce('orders', [record('a'), record('b'), record('a'), record(null), record(null)]);
    await t.idle();
    const keys = t.handled().map(({ records }) => records[0]?.key?.toString() ?? null);
    expect(keys).toEqual(['a', 'b', null, null]);
    expect(t.committed('orders')).toEqual([5]);
    expect(t.app.consumers[0]?.status().counts.handled).toBe(5);
  });

  it('forgets after the time it was told', async () => {
    await using t = await consumerWith([once({ ttlMs: 60_000 })]);
    await t.produce('orders', record('a'));
    await t.idle();
    await t.advance(50_000);
    await t.produce('orders', record('a'));
    await t.idle();
    expect(t.handled()).toHaveLength(1);
    await t.advance(60_000);
    await t.produce('orders', record('a'));
    await t.idle();
    expect(t.handled()).toHaveLength(2);
  });

  it('remembers nothing that failed', async () => {
    let failures = 2;
    await using t = await consumerWith([once()], {
      onError: retry({ attempts: 5 }),
      handle() {
        if (failures-- > 0) throw new Error('not yet');
      },
    });
    await t.produce('orders', [record('a'), record('a')]);
    await t.idle();
    expect(t.handled().map(({ state }) => state)).toEqual(['failed', 'failed', 'done']);
  });

  it('fails a record whose key cannot be had, and loses none: not the others of its batch, not those after it', async () => {
    const handled: unknown[] = [];
    const key = ({ value }: ConsumerRecord) => JSON.parse(String(value)).id;
    await using t = await consumerWith([once({ key })], {
      handleBatch: (records: readonly ConsumerRecord[]) =>
        void handled.push(...records.map(textOf)),
    });
    const values = ['{"id":"1"}', 'no JSON', '{"id":{"a":1}}', '{"id":"2"}', '{"id":"1"}'];
    await t.produce(
      'orders',
      values.map((value) => ({ value, partition: 0 })),
    );
    await t.idle();
    expect(handled).toEqual(['{"id":"1"}', '{"id":"2"}']);
    expect(t.deadLetters().map(({ record: one }) => textOf(one))).toEqual([
      'no JSON',
      '{"id":{"a":1}}',
    ]);

    const late = async ({ key: own }: ConsumerRecord) => own?.toString();
    await using other = await consumerWith([once({ key: late as never })]);
    await other.produce('orders', [record('a'), record('b')]);
    await other.idle();
    expect(other.deadLetters()).toHaveLength(2);
  });

  it('fails a copy with its first one, when both are in a batch', async () => {
    await using t = await consumerWith([once()], {
      handleBatch(_: unknown, { fail }: BatchContext) {
        fail(0, new Error('no'));
      },
    });
    await t.produce('orders', [record('a'), record('b'), record('a')]);
    await t.idle();
    expect(t.deadLetters().map(({ record: one }) => String(one.key))).toEqual(['a', 'a']);
  });

  it('remembers of a batch what did not fail, and leaves out copies in it', async () => {
    let first = true;
    await using t = await consumerWith([once()], {
      handleBatch(_: unknown, { fail }: { fail(index: number, error: unknown): void }) {
        if (first) fail(1, new Error('no'));
        first = false;
      },
    });
    await t.produce('orders', [record('a'), record('b'), record('a'), record('c')]);
    await t.idle();
    await t.produce('orders', [record('a'), record('b'), record('c')]);
    await t.idle();
    const keys = t.handled().map(({ records }) => records.map((one) => String(one.key)).join());
    expect(keys).toEqual(['a,b,c', 'b']);
  });

  it('lets copies that are under way at once wait for each other', async () => {
    let running = 0;
    let most = 0;
    await using t = await consumerWith([once({ key: (one) => textOf(one) })], {
      concurrency: { order: 'none' },
      async handle() {
        most = Math.max(most, ++running);
        await realWait(5);
        running--;
      },
    });
    await t.produce('orders', [record('1', 'a'), record('2', 'a'), record('3', 'b')]);
    await t.idle();
    expect(t.handled()).toHaveLength(2);
    expect(most).toBe(2);
  });

  it('handles a copy after all when the one it waited for has failed', async () => {
    let calls = 0;
    await using t = await consumerWith([once({ key: (one) => textOf(one) })], {
      concurrency: { order: 'none' },
      async handle() {
        calls++;
        await realWait(2);
        if (calls < 2) throw new Error('no');
      },
    });
    await t.produce('orders', [record('1', 'a'), record('2', 'a')]);
    await t.idle();
    expect(t.handled().map(({ state }) => state)).toEqual(['failed', 'done']);
  });

  it('does not mistake another topic or another group for a copy', async () => {
    const store = memoryDeduplication();
    const options = { handle: () => {} };
    await using one = await consumerWith([once({ store })], options);
    await one.produce('orders', record('a'));
    await one.idle();
    await using same = await consumerWith([once({ store })], options);
    await same.produce('orders', record('a'));
    await same.idle();
    await using other = await consumerWith([once({ store })], { ...options, group: 'audit' });
    await other.produce('orders', record('a'));
    await other.idle();
    expect([one, same, other].map((t) => t.handled().length)).toEqual([1, 0, 1]);
  });

  it('fails the record when the store fails: nothing is left out on a guess', async () => {
    const store = {
      seen: () => Promise.reject(new Error('store is down')),
      remember: () => Promise.resolve(),
    };
    await using t = await consumerWith([once({ store })]);
    await t.produce('orders', record('a'));
    await t.idle();
    expect(t.handled()).toHaveLength(0);
    expect(t.deadLetters()).toMatchObject([{ message: 'store is down' }]);
  });

  it('tells all that is wrong with its options', () => {
    expect(() => deduplicate({ key: 'id', ttlMs: 0, size: 1 } as never)).toThrow(
      new InvalidConfigError('deduplicate options', [
        'size is no option; known are store, key, ttlMs',
        'store is undefined, expected memoryDeduplication(), sqlDeduplication(…) or an object with seen and remember',
        'key is "id", expected a function of the record',
        'ttlMs is 0, expected milliseconds above 0',
      ]),
    );
  });
});
