import { describe, expect, it } from 'vitest';
import {
  type ConsumerOptions,
  InvalidConfigError,
  stopPartition,
} from '../../../../src/core/index.ts';
import { resolveConsumerOptions } from '../../../../src/core/options/resolve-consumer-options.ts';
import type { ResolvedConsumerOptions } from '../../../../src/core/options/resolved-options.ts';
import { ScriptedBackend } from '../../../support/scripted-backend.ts';

const assignor = { name: 'range', rebalance: 'eager' as const, assign: () => new Map() };
const { capabilities } = new ScriptedBackend();
const good = { group: 'billing', onError: stopPartition(), handle: () => {} };

function resolve(
  options: unknown,
  topics: unknown = 'orders',
  able: Partial<typeof capabilities> = {},
): ResolvedConsumerOptions {
  return resolveConsumerOptions(topics as string, options as ConsumerOptions<never>, {
    capabilities: { ...capabilities, ...able },
    assignorByName: (name) => {
      if (name === 'range' || name === 'cooperative-sticky') return { ...assignor, name };
      throw new InvalidConfigError('assignor', [`assignor is "${name}", expected range or so`]);
    },
  });
}

/** What is wrong, one sentence each. */
function problems(...given: Parameters<typeof resolve>): readonly string[] {
  try {
    resolve(...given);
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('consumer options', () => {
  it('need a group, a handler and an error policy; all else has a default', () => {
    expect(resolve(good)).toMatchObject({
      name: 'billing',
      order: 'partition',
      limit: Number.POSITIVE_INFINITY,
      batch: { maxRecords: 500, maxBytes: 1_048_576, maxWaitMs: 0 },
      commit: { everyRecords: Number.POSITIVE_INFINITY, everyMs: 1_000 },
      buffer: { highRecords: 10_000, lowRecords: 5_000, highBytes: 8_388_608, lowBytes: 4_194_304 },
      handlerTimeoutMs: undefined,
      drainTimeoutMs: 30_000,
      group: {
        group: 'billing',
        subscription: { kind: 'topics', topics: ['orders'] },
        assignors: [{ name: 'cooperative-sticky' }],
        start: 'earliest',
        outOfRange: 'fail',
        sessionTimeoutMs: 45_000,
        heartbeatIntervalMs: 3_000,
        rebalanceTimeoutMs: 60_000,
        isolation: 'committed',
        fetch: { maxWaitMs: 500, minBytes: 1, maxBytesPerPartition: 1_048_576 },
      },
    });
  });

  it('are reported all at once, each problem in a sentence that names the value and the way out', () => {
    expect(
      problems(
        {
          grup: 'billing',
          handle: 'me',
          concurrency: { order: 'keys', limit: 0 },
          commit: { everyMs: -1 },
          buffer: { highRecords: 10, lowRecords: 10 },
          handlerTimeoutMs: '5s',
          assignor: 'best',
          batch: { maxRecords: 1.5 },
        },
        ['orders', 'orders', ''],
      ),
    ).toEqual([
      'grup is no option; did you mean group?',
      'handle is "me", expected a function',
      'onError is missing: name an error policy, such as retry({ attempts: 5 }).otherwise(deadLetter(topic)) or stopPartition()',
      'topics contains "", expected the name of a topic',
      'topics names one twice: "orders", "orders", ""; name each once',
      'group is missing: name the consumer group, or choose partitions',
      'assignor is "best", expected range or so',
      'concurrency.order is "keys", expected "partition", "key", "none"',
      'concurrency.limit is 0, expected a whole number of at least 1',
      'batch is given without handleBatch: give a batch handler, or leave batch out',
      'batch.maxRecords is 1.5, expected a whole number of at least 1',
      'commit.everyMs is -1, expected milliseconds between 1 and 2147483647',
      'buffer.lowRecords (10) is not below buffer.highRecords (10): lower the one or raise the other',
      'handlerTimeoutMs is "5s", expected milliseconds between 1 and 2147483647',
    ]);
  });

  it.for([[undefined], [null], [5], ['text'], [[]], [() => {}], [{}]])(
    'that are %j are a problem, not a crash',
    ([options]) => {
      expect(problems(options).length).toBeGreaterThan(0);
    },
  );

  const names = [
    'name',
    'group',
    'partitions',
    'assignor',
    'start',
    'outOfRange',
    'concurrency',
    'onError',
    'commit',
    'buffer',
    'handlerTimeoutMs',
    'drainTimeoutMs',
    'instanceId',
    'rack',
    'sessionTimeoutMs',
    'heartbeatIntervalMs',
    'rebalanceTimeoutMs',
    'isolation',
    'fetch',
    'open',
    'close',
    'value',
    'handle',
    'batch',
  ];
  it.for(names)('say what is wrong with %s when it has the wrong type', (name) => {
    for (const wrong of [Symbol.for('s'), 7.5, 'nonsense', true, { nonsense: 1 }, [{}], 5n]) {
      const text = ['name', 'group', 'instanceId', 'rack'].includes(name) && wrong === 'nonsense';
      const number = name.endsWith('Ms') && wrong === 7.5;
      if (text || number) continue;
      const found = problems({ ...good, [name]: wrong });
      expect(found.length, `${name}: ${String(wrong)}`).toBeGreaterThan(0);
      expect(found.join('; ')).toContain(name);
    }
  });

  it.for([[undefined], [null], [42], [{}], [[null]], [[]], ['']])(
    'refuse the topics %j',
    ([topics]) => {
      // As a missing argument `undefined` is the default of the test itself.
      expect(problems(good, topics === undefined ? [undefined] : topics)).not.toEqual([]);
    },
  );

  it('refuse settings that contradict each other', () => {
    const handleBatch = () => {};
    const noHandle = { ...good, handle: undefined };
    expect(problems({ ...good, handleBatch })).toEqual([
      'both handle and handleBatch are given, expected one of them',
    ]);
    expect(problems(noHandle)).toEqual([
      'neither handle and handleBatch is given, expected one of them',
    ]);
    expect(problems({ ...noHandle, handleBatch, concurrency: { order: 'key' } })).toEqual([
      "concurrency.order is 'key', which a batch handler cannot have: use 'partition' or 'none'",
    ]);
    expect(problems({ ...good, sessionTimeoutMs: 6_000 })).toEqual([
      'heartbeatIntervalMs (3000) is more than a third of sessionTimeoutMs (6000), so that one lost heartbeat could cost the membership; shorten it',
    ]);
    expect(problems({ ...good, drainTimeoutMs: 90_000 })).toEqual([
      'drainTimeoutMs (90000) is more than rebalanceTimeoutMs (60000), after which the group waits no longer; raise rebalanceTimeoutMs',
    ]);
    expect(problems({ ...good, commit: {} })).toEqual([
      "commit is empty, expected everyRecords, everyMs or both; 'manual' stores only on request",
    ]);
    expect(problems({ ...good, start: { offset: 1, timestampMs: 2 } })).toEqual([
      'start is {"offset":1,"timestampMs":2}, expected \'earliest\', \'latest\', { offset } or { timestampMs }',
    ]);
    expect(problems({ ...good, assignor: ['range', 'range'] })).toEqual([
      'assignor names one twice: range, range; name each once',
    ]);
  });

  it('with chosen partitions leave no room for sharing them', () => {
    const chosen = { ...good, partitions: [0, 2] };
    expect(resolve(chosen).group.subscription).toEqual({
      kind: 'partitions',
      partitions: [
        { topic: 'orders', partition: 0 },
        { topic: 'orders', partition: 2 },
      ],
    });
    expect(problems({ ...chosen, assignor: 'range', instanceId: 'a' })).toEqual([
      'assignor is given with chosen partitions, where no group shares them; leave it out',
      'instanceId is given with chosen partitions, where no group shares them; leave it out',
    ]);
    expect(problems({ ...chosen, group: undefined, commit: 'manual' })).toEqual([
      'commit is given without a group, which would keep the positions; name one, or leave commit out',
    ]);
    expect(problems(chosen, ['orders', 'returns'])).toEqual([
      'partitions is given with 2 topics, expected one; declare a consumer per topic',
    ]);
    expect(problems({ ...good, partitions: [] })).toEqual([
      'partitions is empty, expected at least one number',
    ]);
    expect(problems({ ...good, partitions: [1, 1] })).toEqual([
      'partitions names one twice: 1, 1; name each once',
    ]);
    expect(problems({ ...good, partitions: [0] }, /^orders/)).toEqual([
      'partitions is given with the topic pattern /^orders/; name the one topic they belong to',
    ]);
  });

  it('ask of a backend only what it can do', () => {
    expect(problems(good, /^orders/, { patternSubscription: false })).toEqual([
      'topics is the pattern /^orders/, which this backend cannot follow; name the topics',
    ]);
    expect(
      problems({ ...good, start: { timestampMs: 5 } }, 'orders', { startAtTime: false }),
    ).toEqual([
      "start.timestampMs is 5, but this backend cannot begin at a time; use 'earliest', 'latest' or { offset }",
    ]);
  });

  it('take an assignor of the user, and refuse what is none', () => {
    expect(resolve({ ...good, assignor: [assignor, 'cooperative-sticky'] }).assignors).toHaveLength(
      2,
    );
    expect(problems({ ...good, assignor: { name: 'mine' } })).toEqual([
      'assignor is {"name":"mine"}, expected a name, or a value with name, rebalance and assign',
    ]);
  });

  it('give every commit policy its meaning', () => {
    const never = Number.POSITIVE_INFINITY;
    const commit = (policy: unknown) => resolve({ ...good, commit: policy }).commit;
    expect(commit('manual')).toEqual({ everyRecords: never, everyMs: never });
    expect(commit('perBatch')).toEqual({ everyRecords: 1, everyMs: never });
    expect(commit({ everyRecords: 5 })).toEqual({ everyRecords: 5, everyMs: never });
    expect(commit({ everyRecords: 5, everyMs: 9 })).toEqual({ everyRecords: 5, everyMs: 9 });
  });

  it('keep a handler bound to the object it was given with', async () => {
    class Billing {
      readonly group = 'billing';
      readonly onError = stopPartition();
      charged = 0;
      handle(): void {
        this.charged++;
      }
    }
    const billing = new Billing();
    const { charged: _, ...known } = { ...billing };
    const options = Object.assign(Object.create(billing) as object, known);
    resolve(options).handle?.(undefined, undefined as never);
    expect((options as Billing).charged).toBe(1);
  });

  it('name the consumer after its group, or its topics', () => {
    expect(resolve({ ...good, name: 'mine' }).name).toBe('mine');
    const chosen = { ...good, group: undefined, partitions: [0] };
    expect(resolve(chosen).name).toBe('orders');
    expect(resolve(good, ['a', 'b']).name).toBe('billing');
  });
});
