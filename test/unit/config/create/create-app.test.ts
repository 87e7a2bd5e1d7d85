import { type ConsumerRecord, InvalidConfigError, silentLogger } from 'partita';
import {
  type AppConfig,
  type AppParts,
  checkConfig,
  createAppFromConfig,
  readConfig,
} from 'partita/config';
import { memory } from 'partita/memory';
import { describe, expect, it } from 'vitest';
import { until } from '../../../support/until.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporary-folder.ts';

const soon = { timeoutMs: 5_000, everyMs: 2 };

const one: AppConfig = {
  backend: 'memory',
  memory: { topics: { orders: 1, 'orders.dead': 1 } },
  logger: { kind: 'silent' },
};

/** A configuration with one consumer of `orders` in the group `billing`. */
function withConsumer(consumer: object): AppConfig {
  const whole = { topics: 'orders', group: 'billing', onError: 'stop', ...consumer };
  return checkConfig({ ...one, consumers: [whole] });
}

async function problemsOf(config: AppConfig, parts: AppParts = {}, folder = '/nowhere') {
  const error = await createAppFromConfig(config, { baseFolder: folder, parts }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InvalidConfigError);
  return (error as InvalidConfigError).problems;
}

/** Runs a configuration with a handler until it has been called `calls` times; what it was called with. */
async function handled(
  config: AppConfig,
  values: readonly string[],
  { calls = values.length, parts = {} }: { calls?: number; parts?: AppParts } = {},
) {
  const seen: unknown[] = [];
  const handlers = { billing: (value: unknown) => seen.push(value) };
  await using app = await createAppFromConfig(config, { parts: { handlers, ...parts } });
  await app.start();
  await app.producer().send(
    'orders',
    values.map((value) => ({ value })),
  );
  await until('the handler was called', () => seen.length >= calls, soon);
  return { seen, app };
}

describe('createAppFromConfig', () => {
  it('gives an application that is not started', async () => {
    await using app = await createAppFromConfig(withConsumer({}), {
      parts: { handlers: { billing: () => {} } },
    });
    expect(app.health().problems).toContain('The application is new.');
  });

  it.for([
    ['text', ['{"id":1}']],
    ['json', [{ id: 1 }]],
    ['bytes', [Buffer.from('{"id":1}')]],
  ])('hands out values as %s', async ([value, expected]) => {
    const { seen } = await handled(withConsumer({ value }), ['{"id":1}']);
    expect(seen).toEqual(expected);
  });

  it('hands out records when nothing is said about values', async () => {
    const { seen } = await handled(withConsumer({}), ['a']);
    expect(seen[0]).toMatchObject({ topic: 'orders', offset: 0 });
  });

  it('hands out batches when the consumer has batch', async () => {
    const { seen } = await handled(withConsumer({ batch: {}, value: 'text' }), ['a', 'b'], {
      calls: 1,
    });
    expect(seen.flat()[0]).toBe('a');
  });

  it('loads handlers, schemas, classifiers, assignors and middleware from modules beside the file', async () => {
    using folder = temporaryFolder({
      'app.yaml': `
backend: memory
memory: { topics: { orders: 1, dead: 1 } }
logger: { kind: silent }
middleware: [./around.ts#counting]
consumers:
  - topics: orders
    group: billing
    assignor: ./parts.ts#mine
    value: { schema: './parts.ts#Order' }
    handler: ./handlers/orders.ts
    onError:
      - { policy: skip, when: { test: './parts.ts#isHarmless' } }
      - { policy: deadLetter, topic: dead }
`,
      'handlers/orders.ts': `
export const seen = [];
export default {
  seen,
  handle(order) {
    if (order.id === 1) throw Object.assign(new Error('harmless'), { harmless: true });
    this.seen.push(order.id);
  },
};
`,
      'parts.ts': `
export const isHarmless = (error) => error.harmless === true;
export const mine = { name: 'mine', rebalance: 'eager', assign: ({ members }) =>
  new Map(members.map(({ id }) => [id, [{ topic: 'orders', partition: 0 }]])) };
export const Order = { '~standard': { version: 1, vendor: 'test', validate: (value) =>
  typeof value.id === 'number' ? { value } : { issues: [{ message: 'id is no number' }] } } };
`,
      'around.ts': `
export const counts = { handled: 0 };
export const counting = { name: 'counting', handle(call, next) { counts.handled++; return next(); } };
`,
    });
    const backend = memory({ topics: { orders: 1, dead: 1 } });
    const config = await readConfig(folder.path('app.yaml'), { env: {} });
    await using app = await createAppFromConfig(config, { parts: { backend } });
    await app.start();
    const values = [1, 2, 'x', 3].map((id) => ({ value: JSON.stringify({ id }) }));
    await app.producer().send('orders', values);
    const { seen } = (await import(folder.path('handlers/orders.ts'))) as { seen: number[] };
    const { counts } = (await import(folder.path('around.ts'))) as { counts: { handled: number } };
    await until(
      'two were handled',
      () => seen.length === 2 && backend.records('dead').length === 1,
      soon,
    );
    expect(seen).toEqual([2, 3]);
    expect(counts.handled).toBe(4);
    expect(backend.records('dead').map(({ value }) => value?.toString())).toEqual(['{"id":"x"}']);
    expect(app.consumers[0]?.status().counts).toMatchObject({ handled: 4 });
    expect(app.consumers[0]?.status().membership).toMatchObject({ assignor: 'mine' });
  });

  it('takes parts that a program brings instead of what the configuration names', async () => {
    const backend = memory({ topics: { orders: 2 } });
    const messages: string[] = [];
    const logger = { ...silentLogger, info: (message: string) => messages.push(message) };
    const config = checkConfig({
      backend: 'kafka',
      consumers: [{ topics: 'orders', group: 'billing', handler: './gone.ts', onError: 'stop' }],
    });
    await handled(config, ['a'], { parts: { backend, logger } });
    expect(backend.records('orders')).toHaveLength(1);
    expect(messages.length).toBeGreaterThan(0);
  });

  it('writes as section producer says', async () => {
    using folder = temporaryFolder({
      'last.ts': `export const last = { name: 'last', create: () => ({ choose: (_, count) => count - 1 }) };`,
    });
    const backend = memory({ topics: { orders: 3 } });
    const config = checkConfig({
      ...one,
      producer: { linger: '1ms', batchBytes: '1KiB', partitioner: './last.ts#last' },
    });
    const parts = { backend };
    await using app = await createAppFromConfig(config, { baseFolder: folder.folder, parts });
    await app.producer().send('orders', [{ value: 'a' }, { value: 'b' }]);
    expect(backend.records('orders').map(({ partition }) => partition)).toEqual([2, 2]);
  });

  it('retries, then gives up, as the policy says', async () => {
    const backend = memory({ topics: { orders: 1, 'orders.dead': 1 } });
    const config = withConsumer({
      onError: [
        {
          policy: 'retry',
          attempts: 3,
          firstDelay: '1ms',
          maxDelay: '2ms',
          when: { code: ['E1'] },
        },
        { policy: 'deadLetter', topic: 'orders.dead', when: { name: 'TypeError' } },
      ],
    });
    let tries = 0;
    const billing = () => {
      tries++;
      throw Object.assign(new TypeError('no'), { code: 'E1' });
    };
    await using app = await createAppFromConfig(config, {
      parts: { backend, handlers: { billing } },
    });
    await app.start();
    await app.producer().send('orders', { value: 'a' });
    await until('it is dead-lettered', () => backend.records('orders.dead').length === 1, soon);
    expect(tries).toBe(3);
  });

  it('parks a record until it is due, as often as the policy says', async () => {
    const backend = memory({ topics: { orders: 1, 'orders.retry': 1, 'orders.dead': 1 } });
    const config = withConsumer({
      concurrency: { order: 'none' },
      onError: [
        { policy: 'park', topic: 'orders.retry', delay: '20ms', times: 2 },
        { policy: 'deadLetter', topic: 'orders.dead' },
      ],
    });
    const from: string[] = [];
    const billing = ({ topic }: ConsumerRecord) => {
      from.push(topic);
      throw new Error('no');
    };
    await using app = await createAppFromConfig(config, {
      parts: { backend, handlers: { billing } },
    });
    await app.start();
    await app.producer().send('orders', { value: 'a' });
    await until('it is dead-lettered', () => backend.records('orders.dead').length === 1, soon);
    expect(from).toEqual(['orders', 'orders.retry', 'orders.retry']);
  });
});

describe('What is wrong with a configuration that has the right form', () => {
  it('is told all at once: missing modules, exports of another kind, settings that contradict each other', async () => {
    using folder: TemporaryFolder = temporaryFolder({
      'app.yaml': `
backend: kafka
kafka: { brokers: [] }
consumers:
  - { topics: a, group: a, handler: ./gone.ts, onError: stop }
  - { topics: b, group: b, handler: './handlers.ts#handel', onError: stop }
  - { topics: c, group: c, handler: './handlers.ts#number', onError: stop }
  - { topics: d, group: d, handler: ./handlers.ts, onError: stop }
  - { topics: e, group: e, onError: stop }
  - { topics: f, group: f, handler: './handlers.ts#handle', onError: stop, drainTimeout: 2m, heartbeatInterval: 20s }
  - { topics: f, group: f, handler: './handlers.ts#handle', onError: stop, buffer: { lowRecords: 20000 } }
  - { topics: g, group: g, handler: './broken.ts', onError: stop }
`,
      'handlers.ts': 'export const handle = () => {};\nexport const number = 5;\n',
      'broken.ts': "throw new Error('no luck');\n",
    });
    const config = await readConfig(folder.path('app.yaml'), { env: {} });
    const problems = await problemsOf(config, {}, folder.folder);
    expect(problems).toEqual([
      'app.yaml:3:10: kafka.brokers is empty, expected at least one host:port',
      `app.yaml:5:28: consumers[0].handler is './gone.ts', but ${folder.path('gone.ts')} cannot be loaded: there is no such file`,
      "app.yaml:6:28: consumers[1].handler is './handlers.ts#handel', but it has no export handel; did you mean #handle?",
      "app.yaml:7:28: consumers[2].handler is './handlers.ts#number', but its export number is a number, expected a function, or an object with handle or handleBatch",
      "app.yaml:8:28: consumers[3].handler is './handlers.ts', but it has no default export; it exports handle, number",
      "app.yaml:9:5: consumers[4].handler is missing: name a module such as './e.ts#handle', or give parts.handlers['e']",
      'app.yaml:10:76: consumers[5].drainTimeout (2 min) is more than rebalanceTimeout (60 s), after which the group waits no longer; raise rebalanceTimeout',
      'app.yaml:10:94: consumers[5].heartbeatInterval (20 s) is more than a third of sessionTimeout (45 s), so that one lost heartbeat could cost the membership; shorten it',
      'app.yaml:11:86: consumers[6].buffer.lowRecords (20000) is not below buffer.highRecords (10000): lower the one or raise the other',
      "app.yaml:12:28: consumers[7].handler is './broken.ts', but the module failed while it was loaded: no luck",
    ]);
  });

  it('includes parts for consumers that do not exist', async () => {
    const handlers = { billing: () => {}, biling: () => {} };
    expect(await problemsOf(withConsumer({}), { handlers })).toEqual([
      "parts.handlers has 'biling', which is no consumer; did you mean billing?",
    ]);
  });

  it('includes a group on Event Hubs that is kept nowhere', async () => {
    const config = checkConfig({
      backend: 'eventhubs',
      eventhubs: {
        connectionString: 'Endpoint=sb://a;SharedAccessKeyName=n;SharedAccessKey=s3cret',
      },
      consumers: [{ topics: 'orders', group: 'billing', onError: 'stop' }],
    });
    const problems = await problemsOf(config, { handlers: { billing: () => {} } });
    expect(problems).toEqual([
      'eventhubs.checkpoints is missing: the group billing has to be kept somewhere, in blob storage for instance',
    ]);
  });

  it('never shows a secret', async () => {
    const config = checkConfig({
      backend: 'eventhubs',
      eventhubs: {
        connectionString: 'SharedAccessKeyName=n;SharedAccessKey=s3cret',
        checkpoints: { kind: 'blob', container: 'X', connectionString: 'AccountKey=s3cret' },
      },
    });
    const problems = await problemsOf(config);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join()).not.toContain('s3cret');
  });

  it('never shows a secret that got into a wrong place either', async () => {
    const key = 'Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey=s3cret';
    const config = checkConfig({
      backend: 'eventhubs',
      eventhubs: { namespace: key, credential: './credential.ts' },
    });
    using folder = temporaryFolder({
      'credential.ts': 'export default { getToken: async () => null };\n',
    });
    expect(await problemsOf(config, {}, folder.folder)).toEqual([
      "eventhubs.namespace is 'Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey=(hidden)', expected a host such as contoso.servicebus.windows.net",
    ]);
  });
});

describe('A handler that a module exports', () => {
  const files = {
    'package.json': '{ "type": "module" }',
    'h.ts': `export class Billing { handle() {} }
export const both = { handle() {}, open: 5 };
export const batches = { handleBatch() {} };`,
    'made.cjs': 'const made = {}; made["han" + "dle"] = () => {}; module.exports = made;',
    'compiled.cjs':
      'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = () => {};',
  };

  it.for([
    ['./h.ts#Billing', 'consumers[0].handler: the export is a class, expected an object of it'],
    ['./h.ts#both', 'open of the object is a number, expected a function'],
    [
      './h.ts#batches',
      'the object has handleBatch, but the consumer has no batch; write batch: {}',
    ],
    ['./h.ts#a#b', 'after # comes the name of one export'],
    ['./h.ts#', 'after # comes the name of one export'],
    ['./h.js', 'there is no such file; did you mean h.ts?'],
    ['./made.cjs#handel', 'it has no export handel; did you mean #handle?'],
  ])('is refused when it cannot handle: %s', async ([handler, said]) => {
    using folder = temporaryFolder(files);
    const [problem] = await problemsOf(withConsumer({ handler }), {}, folder.folder);
    expect(problem).toContain(said);
  });

  it.for(['./made.cjs#handle', './compiled.cjs'])('may come from CommonJS: %s', async (handler) => {
    using folder = temporaryFolder(files);
    const options = { baseFolder: folder.folder };
    await using app = await createAppFromConfig(withConsumer({ handler }), options);
    expect(app.health().problems).toContain('The application is new.');
  });
});

describe('What is written', () => {
  it('goes to partitions as the named partitioner says', async () => {
    const backend = memory({ topics: { orders: 3 } });
    const config: AppConfig = { ...one, producer: { partitioner: 'roundrobin' } };
    await using app = await createAppFromConfig(config, { parts: { backend } });
    await app.start();
    const same = ['a', 'b', 'c'].map((value) => ({ key: 'same', value }));
    const producer = app.producer();
    for (const record of same) await producer.send('orders', record);
    const partitions = backend.records('orders').map(({ partition }) => partition);
    expect([...partitions].sort()).toEqual([0, 1, 2]);
  });

  it('is refused before the start where the broker knows no such compression', async () => {
    const config = checkConfig({
      backend: 'eventhubs',
      eventhubs: { connectionString: 'Endpoint=sb://a;SharedAccessKeyName=n;SharedAccessKey=k' },
      producer: { compression: 'gzip' },
    });
    expect(await problemsOf(config)).toEqual([
      "producer.compression is 'gzip', expected 'none' on eventhubs: AMQP has no compression",
    ]);
  });
});
