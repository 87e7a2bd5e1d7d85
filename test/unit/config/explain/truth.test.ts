import { retry } from 'partita';
import { checkConfig, createAppFromConfig, explain } from 'partita/config';
import { memory } from 'partita/memory';
import { seededRandom, VirtualClock } from 'partita/testing';
import { describe, expect, it } from 'vitest';
import { handOverMs } from '../../../../src/backends/kafka/group/member-options.ts';
import { deadlineMs } from '../../../../src/config/explain/consumer-facts.ts';
import { retryBudget } from '../../../../src/config/explain/retry-budget.ts';
import { configJsonSchema, type JsonSchema } from '../../../../src/config/schema/json-schema.ts';
import { toBytes, toMs } from '../../../../src/config/values.ts';
import type { GroupOptions } from '../../../../src/core/index.ts';

// What explain says about the engine, held against the engine.

describe('The time for a hand-over', () => {
  it.for([
    [60_000, 3_000],
    [10_000, 3_000],
    [2_000, 1_500],
  ])(
    'is what the Kafka backend gives for %i and %i ms',
    ([rebalanceTimeoutMs, heartbeatIntervalMs]) => {
      const times = { rebalanceTimeoutMs, heartbeatIntervalMs } as GroupOptions;
      expect(deadlineMs('kafka', times)).toBe(handOverMs(times));
    },
  );

  /** One process handles a record that never ends, then `disturb` happens; after how long its signal is aborted. */
  async function abortedAfterMs(settings: object, disturb: 'stop' | 'another process') {
    const clock = new VirtualClock();
    const backend = memory({ topics: { orders: 2 } });
    const config = checkConfig({
      backend: 'memory',
      logger: { kind: 'silent' },
      consumers: [{ topics: 'orders', group: 'billing', onError: 'stop', ...settings }],
    });
    const parts = { backend, clock, random: seededRandom(1) };
    let running = 0;
    let abortedMs: number | undefined;
    const billing = (_: unknown, { signal }: { readonly signal: AbortSignal }) => {
      running++;
      return new Promise(() =>
        signal.addEventListener('abort', () => {
          abortedMs ??= clock.now();
        }),
      );
    };
    const app = await createAppFromConfig(config, { parts: { ...parts, handlers: { billing } } });
    const other = await createAppFromConfig(config, {
      parts: { ...parts, handlers: { billing: () => {} } },
    });
    const starting = app.start();
    const writing = app.producer().send('orders', [
      { value: 'a', partition: 0 },
      { value: 'b', partition: 1 },
    ]);
    await clock.until(() => running === 2);
    await Promise.all([starting, writing]);
    const begunMs = clock.now();
    const ending = disturb === 'stop' ? app.stop() : other.start();
    await clock.until(() => abortedMs !== undefined);
    const tookMs = (abortedMs ?? 0) - begunMs;
    const closing = Promise.all([ending, app.stop({ force: true }), other.stop({ force: true })]);
    let closed = false;
    void closing.then(() => {
      closed = true;
    });
    await clock.until(() => closed);
    const handOver = explain(config).lines.find((line) => line.includes('Hand-over')) ?? '';
    return { tookMs, handOver };
  }

  it('is what running handlers get when the process stops', async () => {
    const settings = { drainTimeout: '10s' };
    const { tookMs, handOver } = await abortedAfterMs(settings, 'stop');
    expect(tookMs).toBe(8_000);
    expect(handOver).toContain('running handlers get 8 s');
  });

  it('is what running handlers get before a partition moves, of which they hear with a heartbeat', async () => {
    const settings = { drainTimeout: '10s' };
    const { tookMs, handOver } = await abortedAfterMs(settings, 'another process');
    expect(tookMs).toBeGreaterThanOrEqual(8_000);
    expect(tookMs).toBeLessThanOrEqual(8_000 + 3_000);
    expect(handOver).toContain('running handlers get 8 s');
  });
});

describe('The worst that retries can take', () => {
  it.for([
    { attempts: 1 },
    { attempts: 6 },
    { attempts: 4, firstDelay: '1s', factor: 3, maxDelay: '5s' },
    { attempts: 3, firstDelay: '1m' },
    { attempts: 12, firstDelay: '0ms' },
  ] as const)('is what the policy waits with the longest waits drawn: %o', (options) => {
    const { attempts, firstDelay, maxDelay, ...factor } = { maxDelay: undefined, ...options } as {
      attempts: number;
      firstDelay?: `${number}ms`;
      maxDelay?: `${number}s` | undefined;
    };
    const policy = retry({
      attempts,
      ...(firstDelay && { firstDelayMs: toMs(firstDelay) }),
      ...(maxDelay && { maxDelayMs: toMs(maxDelay) }),
      ...factor,
    });
    const waitsMs: number[] = [];
    for (let attempt = 1; ; attempt++) {
      const decision = policy.decide({ error: new Error(), attempt }, () => 1);
      if (decision.kind !== 'retry') break;
      waitsMs.push(decision.delayMs);
    }
    const { maxDelay: most, ...step } = { maxDelay, ...options };
    const budget = retryBudget([
      { policy: 'retry', ...step, ...(most !== undefined && { maxDelay: most }) },
      { policy: 'stop' },
    ]);
    expect(budget.waitsMs).toEqual(waitsMs);
    expect(budget.attempts).toBe(attempts);
  });

  it('follows the step that decides at each try, in a chain of several', () => {
    const budget = retryBudget([
      { policy: 'retry', attempts: 3, firstDelay: '1s', factor: 1, when: { name: 'Busy' } },
      { policy: 'retry', attempts: 5, firstDelay: '100ms', factor: 1 },
      { policy: 'stop' },
    ]);
    expect(budget.waitsMs).toEqual([1_000, 1_000, 100, 100]);
    const behindAnEnd = retryBudget([{ policy: 'stop' }, { policy: 'retry', attempts: 5 }]);
    expect(behindAnEnd.waitsMs).toEqual([]);
  });
});

describe('Defaults that the schema documents', () => {
  it('are those of the engine', async () => {
    const config = checkConfig({
      backend: 'memory',
      memory: { topics: { orders: 1 } },
      logger: { kind: 'silent' },
      consumers: [{ topics: 'orders', group: 'billing', onError: 'stop', batch: {} }],
    });
    await using app = await createAppFromConfig(config, {
      parts: { handlers: { billing: () => {} } },
    });
    await app.start();
    const engine = app.consumers[0]?.options;
    const { group, batch, buffer } = engine ?? {};
    expect({
      assignor: group?.assignors.map(({ name }) => name),
      start: group?.start,
      outOfRange: group?.outOfRange,
      isolation: group?.isolation,
      sessionTimeout: group?.sessionTimeoutMs,
      heartbeatInterval: group?.heartbeatIntervalMs,
      rebalanceTimeout: group?.rebalanceTimeoutMs,
      drainTimeout: engine?.drainTimeoutMs,
      order: engine?.order,
      commit: engine?.commit.everyMs,
      fetch: group?.fetch,
      batch,
      highRecords: buffer?.highRecords,
      highBytes: buffer?.highBytes,
    }).toEqual({
      assignor: [documented('assignor')],
      start: documented('start'),
      outOfRange: documented('outOfRange'),
      isolation: documented('isolation'),
      sessionTimeout: toMs(documented('sessionTimeout')),
      heartbeatInterval: toMs(documented('heartbeatInterval')),
      rebalanceTimeout: toMs(documented('rebalanceTimeout')),
      drainTimeout: toMs(documented('drainTimeout')),
      order: documented('concurrency', 'order'),
      commit: toMs((documented('commit') as unknown as { every: never }).every),
      fetch: {
        maxWaitMs: toMs(documented('fetch', 'maxWait')),
        minBytes: toBytes(documented('fetch', 'minBytes')),
        maxBytesPerPartition: toBytes(documented('fetch', 'maxBytesPerPartition')),
      },
      batch: {
        maxRecords: documented('batch', 'maxRecords'),
        maxBytes: toBytes(documented('batch', 'maxBytes')),
        maxWaitMs: toMs(documented('batch', 'maxWait')),
      },
      highRecords: documented('buffer', 'highRecords'),
      highBytes: toBytes(documented('buffer', 'highBytes')),
    });
  });
});

/** The default of a key of a consumer, as the JSON Schema has it. */
function documented(...keys: readonly string[]): never {
  let schema: JsonSchema | undefined = configJsonSchema().$defs?.ConsumerConfig;
  for (const key of keys) schema = schema?.properties?.[key];
  return schema?.default as never;
}
