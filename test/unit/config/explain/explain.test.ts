// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of configurations.
import { checkConfig, type ExplainOptions, explain, readConfig } from 'partita/config';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

/** A consumer that nothing is to be said against. */
const fine = {
  topics: 'orders',
  group: 'billing',
  handlerTimeout: '10s',
  onError: { policy: 'deadLetter', topic: 'orders.dead' },
};

const app = { backend: 'kafka', kafka: { brokers: ['localhost:9092'] } };

function explained(consumer: object, whole: object = {}, options: ExplainOptions = {}) {
  return explain(checkConfig({ ...app, ...whole, consumers: [{ ...fine, ...consumer }] }), options);
}

/** Lines of the explanation that begin like this, after the colon. */
function said(about: string, ...of: Parameters<typeof explained>): string {
  const { lines } = explained(...of);
  const found = lines.map((line) => line.trim()).filter((line) => line.startsWith(`${about}: `));
  return found.map((line) => line.slice(about.length + 2)).join('\n');
}

function warned(...of: Parameters<typeof explained>): Record<string, string> {
  return Object.fromEntries(explained(...of).warnings.map(({ path, text }) => [path, text]));
}

describe('An explanation', () => {
  it('has a heading and the same aspects for each consumer', () => {
    const { lines } = explained({});
    expect(lines).toContain('Consumer billing: orders, in the group billing');
    const aspects = lines.flatMap((line) => /^ {2}([A-Z][a-z -]+): /.exec(line)?.[1] ?? []);
    expect(aspects).toEqual([
      'Delivery',
      'Transactions of others',
      'Order',
      'On failure',
      'Stored',
      'After a crash',
      'Assignor',
      'Rebalance',
      'Hand-over',
      'Start',
    ]);
  });

  it('tells what becomes of a record that is parked', () => {
    const step = { policy: 'park', topic: 'orders.retry', delay: '5m', allowOvertaking: true };
    const dead = { policy: 'deadLetter', topic: 'orders.dead' };
    expect(said('On failure', { onError: [{ ...step, times: 3 }, dead] })).toBe(
      'it is written to orders.retry, counts as finished when that is acknowledged, and is handled again 5 min later, up to 3 times. Everything else goes on, and later records overtake it.',
    );
    const unordered = { concurrency: { order: 'none' }, onError: [step] };
    expect(said('On failure', unordered)).toMatch(/5 min later\. Everything else goes on\.$/m);
  });

  it('promises what the policy, the checkpoint store and chosen partitions leave of it', () => {
    expect(said('Delivery', { onError: 'skip' })).toMatch(/^at least once .* only one try/);
    expect(said('Delivery', {})).toContain('has returned or its dead letter is acknowledged;');
    const eventhubs = { connectionString: 'c', checkpoints: { kind: 'memory' } };
    expect(said('Stored', {}, { backend: 'eventhubs', eventhubs })).toBe('in this process alone.');
    expect(said('On failure', { onError: 'stop', partitions: [0] })).toContain(
      'resume() or a restart tries it again.',
    );
  });

  it('finds nothing to warn of where there is nothing', () => {
    expect(warned({})).toEqual({});
  });

  it('tells the order that holds', () => {
    expect(said('Order', {})).toContain('one record of a partition at a time, in log order');
    expect(said('Order', { concurrency: { order: 'key', limit: 7 } })).toContain(
      'different keys side by side, at most 7 at once',
    );
    expect(said('Order', { concurrency: { order: 'none' } })).toContain('at most 100 at once');
    expect(said('Order', { batch: {} })).toContain('one batch of a partition at a time');
  });

  it('tells the worst that retries can take', () => {
    const { lines } = explained({
      onError: [
        { policy: 'retry', attempts: 5, firstDelay: '1s', maxDelay: '3s' },
        { policy: 'stop' },
      ],
    });
    expect(lines.join('\n')).toContain(
      'up to 1 s, 2 s, 3 s, 3 s: at worst 9 s of waiting, and 5 tries of 10 s (59 s in all).',
    );
  });

  it('tells which errors a step is for, and what happens to the others', () => {
    const onError = [
      { policy: 'skip', when: { code: ['A', 'B'], name: 'Duplicate' } },
      { policy: 'retry', attempts: 2, when: { test: './errors.ts#isPassing' } },
    ];
    const text = explained({ onError }).lines.join('\n');
    expect(text).toContain(
      "On failure: if the error's code is A or B and name is Duplicate, it is left out for good",
    );
    expect(text).toContain("Then: if the error's ./errors.ts#isPassing is true, a record is tried");
    expect(text).toContain('What no step wants stops its partition before that record');
  });

  it('tells what is stored when, and what a crash repeats', () => {
    expect(said('Stored', {})).toBe('every 1 s, before a partition is handed over and on stop.');
    expect(said('Stored', { commit: { everyRecords: 50, every: '2s' } })).toContain(
      'every 50 records or every 2 s',
    );
    expect(said('After a crash', {})).not.toContain('beyond the position');
    expect(said('After a crash', { concurrency: { order: 'key' } })).toContain(
      'Work finished beyond the position is stored beside it',
    );
  });

  it('tells how a rebalance goes, by assignor and backend', () => {
    expect(said('Rebalance', {})).toContain('cooperative; only partitions that move');
    expect(said('Rebalance', { assignor: 'range' })).toContain('eager; in each one all members');
    expect(said('Rebalance', { assignor: ['cooperative-sticky', 'range'] })).toContain('eager');
    const eventhubs = {
      backend: 'eventhubs',
      eventhubs: { checkpoints: { kind: 'file', folder: 'x' } },
    };
    expect(said('Rebalance', { assignor: 'range' }, eventhubs)).toContain(
      'only partitions that move are interrupted, whichever the assignor',
    );
  });

  it('tells of no membership where partitions are chosen', () => {
    const { lines } = explained({ group: undefined, partitions: [0, 2] });
    const text = lines.join('\n');
    expect(text).toContain('Partitions: always 0, 2. No membership, no rebalance');
    expect(text).toContain('no position is stored');
    expect(text).not.toContain('Rebalance:');
    expect(text).not.toContain('Stored:');
  });

  it('tells how long handlers get when a partition moves and when the process stops', () => {
    expect(said('Hand-over', {})).toContain('running handlers get 24 s; then');
    expect(said('Hand-over', {}, { stopTimeout: '10s' })).toContain(
      'before a partition moves, running handlers get 24 s; when the process stops, they get 8 s;',
    );
  });

  it('tells where reading begins', () => {
    expect(said('Start', { start: 'latest' })).toContain(
      'with what is written from then on, and stores',
    );
    expect(said('Start', { start: { time: '2026-05-01T00:00:00Z' } })).toContain(
      'with the first record from 2026-05-01T00:00:00Z on',
    );
    expect(explained({ outOfRange: 'latest' }).lines.join('\n')).toContain(
      'records in between are never handled',
    );
  });
});

describe('A warning', () => {
  it('is given for a handler without a time limit', () => {
    expect(warned({ handlerTimeout: undefined })).toHaveProperty(
      ['consumers[0].handlerTimeout'],
      expect.stringContaining('a handler that never returns keeps its place for ever'),
    );
  });

  it('is given for a handler that may take longer than a hand-over gives it', () => {
    expect(warned({ handlerTimeout: '25s' })).toHaveProperty(
      ['consumers[0].handlerTimeout'],
      expect.stringContaining('a hand-over aborts its signal after 24 s'),
    );
  });

  it('is given for a drain that the rebalance does not wait for', () => {
    expect(warned({ drainTimeout: '58s' })).toHaveProperty(
      ['consumers[0].drainTimeout'],
      expect.stringContaining('can use 56 s only'),
    );
  });

  it('is given for a retry topic that memory does not have', () => {
    const onError = { policy: 'park', topic: 'orders.retry', delay: '1m' };
    const whole = { backend: 'memory', kafka: undefined, memory: { topics: { orders: 1 } } };
    expect(warned({ onError }, whole)['consumers[0].onError']).toContain(
      'Parked records go to orders.retry, which memory.topics does not have',
    );
  });

  it('is given for retries that outlast a hand-over', () => {
    const onError = [
      { policy: 'retry', attempts: 10, firstDelay: '1s' },
      { policy: 'deadLetter', topic: 'dead' },
    ];
    const { 'consumers[0].onError': text } = warned({ onError });
    expect(text).toContain('may wait for 2.5 min');
    expect(text).toContain('the next owner begins with the first try');
  });

  it('is given for records that are left out', () => {
    expect(warned({ onError: 'skip' })).toHaveProperty(
      ['consumers[0].onError'],
      expect.stringContaining('Records that fail are left out for good'),
    );
  });

  it.for([
    { topics: 'orders.dead' },
    { topics: ['orders', 'orders.dead'] },
    { topics: { pattern: 'orders.*' } },
  ])('is given for dead letters that come back: $topics', (consumer) => {
    expect(warned(consumer)['consumers[0].onError']).toContain('goes round without end');
  });

  it('is given for a dead-letter topic that the memory backend does not have', () => {
    const memory = { backend: 'memory', memory: { topics: { orders: 3 } } };
    expect(warned({}, memory)['consumers[0].onError']).toContain('holds up its partition for ever');
    const withIt = { backend: 'memory', memory: { topics: { 'orders.dead': 1 } } };
    expect(warned({}, withIt)).toEqual({});
  });

  it('is given for manual commits, and for a start at the end that is stored too late', () => {
    const warnings = warned({ commit: 'manual', start: 'latest' });
    expect(Object.keys(warnings)).toEqual(['consumers[0].commit', 'consumers[0].start']);
    expect(warned({ group: undefined, partitions: [0], start: 'latest' })).toHaveProperty(
      ['consumers[0].start'],
      expect.stringContaining('No position is stored'),
    );
  });

  it('is given where keys may overtake themselves, and for transactions that are aborted', () => {
    expect(
      Object.keys(warned({ concurrency: { order: 'none' }, isolation: 'uncommitted' })),
    ).toEqual(['consumers[0].concurrency.order', 'consumers[0].isolation']);
  });

  it('is given where eager and cooperative assignors are offered together, but not on Event Hubs', () => {
    const mixed = { assignor: ['cooperative-sticky', 'range'] };
    expect(warned(mixed)).toHaveProperty(
      ['consumers[0].assignor'],
      expect.stringContaining('the first of two rolling restarts; take range away in the second'),
    );
    const eventhubs = {
      backend: 'eventhubs',
      eventhubs: { checkpoints: { kind: 'file', folder: 'x' } },
    };
    expect(warned(mixed, eventhubs, { processes: 1 })).toEqual({});
  });

  it('is given where more members than partitions share a group', () => {
    const partitions = { orders: 4, payments: 4 };
    expect(warned({}, {}, { processes: 5, partitions })).toHaveProperty(
      ['consumers[0].group'],
      '5 members share 4 partitions: 1 have nothing to do.',
    );
    const both = { topics: ['orders', 'payments'] };
    expect(warned(both, {}, { processes: 5, partitions })).toEqual({});
    expect(warned({ ...both, assignor: 'range' }, {}, { processes: 5, partitions })).toHaveProperty(
      ['consumers[0].group'],
      '5 members share 4 partitions (with range, the most that one topic has): 1 have nothing to do.',
    );
    const memory = { backend: 'memory', memory: { topics: { orders: 1, 'orders.dead': 1 } } };
    expect(warned({}, memory, { processes: 2 })).toHaveProperty(['consumers[0].group']);
  });

  it('is given where processes read the same chosen partitions', () => {
    expect(warned({ partitions: [0] })).toHaveProperty(
      ['consumers[0].partitions'],
      expect.stringContaining("handles every record and overwrites the other's positions"),
    );
    expect(warned({ partitions: [0] }, {}, { processes: 1 })).toEqual({});
  });

  it('is given for groups on Event Hubs that others cannot see', () => {
    const on = (checkpoints?: object) => ({
      backend: 'eventhubs',
      eventhubs: checkpoints === undefined ? {} : { checkpoints },
    });
    const where = 'eventhubs.checkpoints';
    expect(warned({}, on())[where]).toContain('There are none');
    expect(warned({}, on({ kind: 'memory' }))[where]).toContain(
      'take all partitions from each other',
    );
    expect(warned({}, on({ kind: 'memory' }), { processes: 1 })[where]).toContain(
      'begins as if nothing had been handled. For tests only.',
    );
    expect(warned({}, on({ kind: 'file', folder: 'x' }))[where]).toContain('on the one machine');
  });

  it('is given for writes that may be lost, doubled or refused', () => {
    expect(warned({}, { producer: { acks: 'leader' } })).toHaveProperty(['producer.acks']);
    expect(warned({}, { producer: { idempotent: false } })).toHaveProperty(['producer.idempotent']);
    const endpoint = {
      kafka: { profile: 'eventhubs-kafka-endpoint' },
      producer: { compression: 'zstd' },
    };
    expect(warned({}, endpoint)).toHaveProperty(['producer.compression']);
  });

  it('is given for a pattern where the file is meant for Event Hubs too', () => {
    expect(warned({ topics: { pattern: 'a.*' } })).toEqual({});
    expect(warned({ topics: { pattern: 'a.*' } }, { eventhubs: {} })).toHaveProperty([
      'consumers[0].topics',
    ]);
  });
});

describe('A static name', () => {
  async function warnedIn(text: string, env = {}) {
    using folder = temporaryFolder({ 'app.yaml': text });
    const config = await readConfig(folder.path('app.yaml'), { env });
    return explain(config).warnings.map(({ path }) => path);
  }
  const file = (instanceId: string) => `
backend: kafka
consumers:
  - topics: orders
    group: billing
    handlerTimeout: 10s
    instanceId: ${instanceId}
    onError: stop
`;

  it('is warned of when it stands in the file, the same for all processes', async () => {
    expect(await warnedIn(file('worker-1'))).toEqual(['consumers[0].instanceId']);
  });

  it('is fine when each process fills in its own', async () => {
    expect(await warnedIn(file('${HOSTNAME}'), { HOSTNAME: 'pod-3' })).toEqual([]);
    const env = { PARTITA_CONSUMERS_0_INSTANCE_ID: 'pod-3' };
    expect(await warnedIn(file('worker-1'), env)).toEqual([]);
  });

  it('is warned of when two consumers of a group share it', () => {
    const consumer = { ...fine, instanceId: 'a' };
    const consumers = [consumer, { ...consumer, name: 'second' }];
    const { warnings } = explain(checkConfig({ ...app, consumers }));
    expect(warnings.map(({ path }) => path)).toEqual([
      'consumers[0].instanceId',
      'consumers[1].instanceId',
    ]);
  });
});

describe('A change', () => {
  const before = checkConfig({ ...app, consumers: [{ ...fine, assignor: 'range' }] });

  it('of the assignor is said to take two rolling restarts', () => {
    expect(warned({ assignor: 'sticky' }, {}, { before })['consumers[0].assignor']).toContain(
      'first assignor: [sticky, range] everywhere, then [sticky]',
    );
    expect(warned({ assignor: ['sticky', 'range'] }, {}, { before })).toEqual({});
  });

  it('of group or backend is said to begin with other positions', () => {
    expect(Object.keys(warned({ name: 'billing', group: 'other' }, {}, { before }))).toEqual([
      'consumers',
      'consumers[0].group',
    ]);
    const memory = { backend: 'memory', memory: { topics: { 'orders.dead': 1 } } };
    expect(warned({ assignor: 'range' }, memory, { before })).toHaveProperty(['backend']);
  });
});

describe('A warning that somebody who knows the broker expects', () => {
  const kafka = { brokers: ['a:9092'] };
  const eventhubs = { connectionString: 'c', checkpoints: { kind: 'file', folder: './c' } };
  const onEventHubs = { backend: 'eventhubs', eventhubs };
  const sasl = { mechanism: 'plain', username: 'u', password: 'p' };
  const steps = (retry: object) => [
    { policy: 'retry', attempts: 5, ...retry },
    { policy: 'deadLetter', topic: 'orders.dead' },
  ];

  it.for<[path: string, text: string, consumer: object, whole?: object, options?: ExplainOptions]>([
    [
      'consumers[0].onError',
      'above sessionTimeout, 45 s, but membership is not at risk',
      { drainTimeout: '50s', onError: steps({ firstDelay: '20s', maxDelay: '20s' }) },
    ],
    [
      'consumers[0].onError',
      'Nothing takes what is left',
      { onError: { policy: 'retry', attempts: 2 } },
    ],
    [
      'consumers[0].onError',
      'Dead letters go to orders.dead, which does not exist',
      {},
      {},
      { partitions: { 'orders.dead': 0 } },
    ],
    ['consumers[0].topics', 'There is no topic orders', {}, {}, { partitions: { orders: 0 } }],
    [
      'consumers[0].group',
      '3 members share 2 partitions',
      {},
      {},
      { partitions: { orders: 2 }, processes: 3 },
    ],
    [
      'consumers[0].sessionTimeout',
      'INVALID_SESSION_TIMEOUT',
      { sessionTimeout: '3s', heartbeatInterval: '1s' },
    ],
    [
      'consumers[0].sessionTimeout',
      'take each other for dead',
      { sessionTimeout: '3s', heartbeatInterval: '1s' },
      onEventHubs,
    ],
    ['consumers[0].commit', 'A crash repeats up to 10 min', { commit: { every: '600s' } }],
    ['consumers[0].commit', 'There is no every', { commit: { everyRecords: 100 } }],
    ['consumers[0].commit', 'writes a blob for its partition', { commit: 'perBatch' }, onEventHubs],
    ['kafka.ssl', 'the password goes over the network', {}, { kafka: { ...kafka, sasl } }],
    [
      'kafka.ssl.rejectUnauthorized',
      'Any certificate is taken',
      {},
      { kafka: { ...kafka, ssl: { rejectUnauthorized: false } } },
    ],
    [
      'producer.deliveryTimeout',
      'leaves no time for a second try',
      {},
      { producer: { deliveryTimeout: '20s' } },
    ],
    [
      'health.stuckAfter',
      'liveness turns red',
      { handlerTimeout: '10s' },
      { health: { port: 0, stuckAfter: '5s' } },
    ],
    [
      'memory.autoCreate',
      'misspelt',
      {},
      { backend: 'memory', memory: { autoCreate: { partitions: 1 } } },
    ],
    [
      'consumers[0].isolation',
      'It has no effect on eventhubs',
      { isolation: 'committed' },
      onEventHubs,
    ],
    [
      'consumers[0].fetch.minBytes',
      'It has no effect on eventhubs',
      { fetch: { minBytes: '1KiB' } },
      onEventHubs,
    ],
    [
      'producer.acks',
      'It has no effect on eventhubs',
      {},
      { ...onEventHubs, producer: { acks: 'leader' } },
    ],
  ])('is given at %s: %s', ([path, text, ...rest]) => {
    expect(warned(...rest)[path]).toContain(text);
  });

  it('is given for consumers of one group that read different topics', () => {
    const consumers = [
      { ...fine, name: 'a' },
      { ...fine, name: 'b', topics: 'refunds' },
    ];
    const { warnings } = explain(checkConfig({ ...app, consumers }));
    expect(warnings.map(({ text }) => text)).toEqual([
      'a and b read different topics in one group: each rebalance of one is one of all. A group for each keeps them apart.',
    ]);
  });

  it('is given for a secret in the file, not for one that is filled in', async () => {
    const file = (password: string) => `backend: kafka
kafka:
  brokers: [a:9092]
  ssl: true
  sasl: { mechanism: plain, username: u, password: "${password}" }
`;
    using folder = temporaryFolder({ 'a.yaml': file('s3cret'), 'b.yaml': file('${PASSWORD}') });
    const env = { PASSWORD: 's3cret' };
    const told = async (name: string) =>
      explain(await readConfig(folder.path(name), { env })).warnings.map(({ path }) => path);
    expect(await told('a.yaml')).toEqual(['kafka.sasl.password']);
    expect(await told('b.yaml')).toEqual([]);
  });
});
