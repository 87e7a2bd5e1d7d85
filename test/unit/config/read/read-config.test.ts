// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of configurations.
import { pathToFileURL } from 'node:url';
import { InvalidConfigError } from 'partita';
import { type AppConfig, type Environment, readConfig } from 'partita/config';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

/** Reads a file with this text and these neighbours. */
async function read(
  text: string,
  {
    env = {},
    name = 'app.yaml',
    files = {},
  }: { env?: Environment; name?: string; files?: Record<string, string> } = {},
): Promise<AppConfig> {
  using folder = temporaryFolder({ [name]: text, ...files });
  return await readConfig(folder.path(name), { env });
}

async function problemsOf(...args: Parameters<typeof read>): Promise<readonly string[]> {
  const error = await read(...args).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InvalidConfigError);
  return (error as InvalidConfigError).problems;
}

const consumer = '{ topics: orders, group: billing, handler: ./h.ts, onError: stop }';

describe('readConfig', () => {
  const wanted = { backend: 'memory', memory: { topics: { orders: 3 } } };

  it('reads YAML', async () => {
    expect(await read('backend: memory\nmemory:\n  topics: { orders: 3 }\n')).toEqual(wanted);
  });

  it('reads JSON', async () => {
    expect(await read(JSON.stringify(wanted), { name: 'app.json' })).toEqual(wanted);
  });

  it.for(['app.ts', 'app.mjs'])('reads the default export of %s', async (name) => {
    const text = `export default ${JSON.stringify(wanted)};\n`;
    expect(await read(text, { name })).toEqual(wanted);
  });

  it('takes a value that is undefined in a module for one that is left out', async () => {
    const text = "export default { backend: 'memory', clientId: undefined };\n";
    expect(await read(text, { name: 'app.ts' })).toEqual({ backend: 'memory' });
  });

  it('lets consumers share settings by anchors and merge keys', async () => {
    const text = `
backend: memory
consumers:
  - &shared { topics: orders, group: a, handler: ./h.ts, onError: stop }
  - { <<: *shared, group: b }
`;
    const { consumers = [] } = await read(text);
    expect(consumers.map(({ group, topics }) => [group, topics])).toEqual([
      ['a', 'orders'],
      ['b', 'orders'],
    ]);
  });

  it('takes keys that hold what anchors share', async () => {
    const shared = 'x-base: &base { group: a, onError: stop }\n';
    const file = `${shared}backend: memory\nconsumers:\n  - { <<: *base, topics: orders }\n`;
    expect(await read(file)).toEqual({
      backend: 'memory',
      consumers: [{ group: 'a', onError: 'stop', topics: 'orders' }],
    });
  });

  it('takes an address of a file too', async () => {
    using folder = temporaryFolder({ 'app.yaml': 'backend: memory\n' });
    const url = pathToFileURL(folder.path('app.yaml'));
    expect(await readConfig(url, { env: {} })).toEqual({ backend: 'memory' });
  });

  it('says so when there is no such file', async () => {
    await expect(readConfig('/nowhere/app.yaml', { env: {} })).rejects.toThrow(
      'Invalid configuration /nowhere/app.yaml: there is no such file.',
    );
  });

  it('says so when the name ends in something else', async () => {
    const [problem] = await problemsOf('', { name: 'app.toml' });
    expect(problem).toBe(
      "the name ends with '.toml', expected .yaml, .yml, .json, .ts, .mts, .js or .mjs",
    );
  });

  it('says so when a module has no default export', async () => {
    const [problem] = await problemsOf('export const a = 1;', { name: 'app.ts' });
    expect(problem).toContain('the module has no default export');
  });

  it('says so when a module fails', async () => {
    const [problem] = await problemsOf("throw new Error('no luck');", { name: 'app.mjs' });
    expect(problem).toContain('the module failed while it was loaded: no luck');
  });

  it('says so when a file is empty', async () => {
    expect(await problemsOf('')).toEqual([
      'app.yaml:1:1: the configuration is empty, expected an object',
    ]);
  });
});

describe('A file that is no YAML', () => {
  it('is refused with line and column, without a word of its text', async () => {
    const problems = await problemsOf('backend: memory\nkafka: { sasl: { password: s3cret\n');
    expect(problems[0]).toMatch(/^app\.yaml:\d+:\d+: this is no YAML: /);
    expect(problems.join()).not.toContain('s3cret');
  });

  it('is told of one mistake per line, and of braces that need quotes', async () => {
    expect(await problemsOf('backend: memory\nkafka: { ssl: ${TLS} }\n')).toEqual([
      'app.yaml:2:16: this is no YAML: unexpected token; a text with ${…} has to be in quotes between braces or brackets',
    ]);
  });

  it('is a problem too when a part of it contains itself', async () => {
    expect(await problemsOf('backend: memory\nkafka: &a { brokers: [*a] }\n')).toEqual([
      'app.yaml:2:23: kafka.brokers[0] contains itself',
    ]);
  });
});

describe('Problems of a configuration', () => {
  it('are told all at once, each with line and column, path, value and a hint', async () => {
    const problems = await problemsOf(`backend: kafak
kafka:
  broker: [localhost:9092]
  requestTimeout: 30
  connectionTimeout: 10sec
consumers:
  - topics: orders
    grup: billing
    handler: orders.ts#handle
    assignor: [cooperativ-sticky]
    buffer: { highBytes: 8MB }
    onError:
      - { policy: rety }
      - { policy: retry, attempts: 0 }
`);
    expect(problems).toEqual([
      "app.yaml:1:1: backend is 'kafak', expected 'memory', 'kafka', 'eventhubs'; did you mean 'kafka'?",
      'app.yaml:3:3: kafka.broker is no key; did you mean brokers?',
      'app.yaml:4:3: kafka.requestTimeout is 30, expected a time with its unit: 500ms, 30s, 5m or 1h; a number alone has no unit: write 30ms or 30s',
      "app.yaml:5:3: kafka.connectionTimeout is '10sec', expected a time with its unit: 500ms, 30s, 5m or 1h; write 10s",
      'app.yaml:8:5: consumers[0].grup is no key; did you mean group?',
      "app.yaml:9:5: consumers[0].handler is 'orders.ts#handle', expected a module's path that begins with ./ or ../, with #name for an export other than the default: ./orders.ts#handle; write ./orders.ts#handle",
      "app.yaml:10:16: consumers[0].assignor[0] is 'cooperativ-sticky', expected range, roundrobin, sticky, cooperative-sticky or a module that exports an assignor; did you mean 'cooperative-sticky'?",
      "app.yaml:11:15: consumers[0].buffer.highBytes is '8MB', expected a size with its unit: 512B, 64KiB, 8MiB or 1GiB; write 8MiB",
      "app.yaml:13:11: consumers[0].onError[0].policy is 'rety', expected retry, park, deadLetter, skip or stop; did you mean 'retry'?",
      'app.yaml:14:26: consumers[0].onError[1].attempts is 0, expected a whole number of at least 1',
    ]);
  });

  it('point to line and column in JSON too', async () => {
    const text = '{\n  "backend": "memory",\n  "memory": { "topics": { "orders": 0 } }\n}\n';
    expect(await problemsOf(text, { name: 'app.json' })).toEqual([
      'app.json:3:27: memory.topics.orders is 0, expected a whole number of at least 1',
    ]);
  });

  it('name the file alone where it is a module', async () => {
    const text = "export default { backend: 'memory', stopTimeout: 5 };\n";
    const [problem] = await problemsOf(text, { name: 'app.ts' });
    expect(problem).toMatch(/^app\.ts: stopTimeout is 5, expected a time/);
  });

  it('tell of numbers that do not go together, and of times that no timer takes', async () => {
    const problems = await problemsOf(`
backend: memory
stopTimeout: 1000h
producer: { acks: leader, idempotent: true }
consumers:
  - { topics: a, onError: { policy: retry, attempts: 2, firstDelay: 5s, maxDelay: 1s } }
`);
    expect(problems).toEqual([
      "app.yaml:3:1: stopTimeout is '1000h', expected a time of at most 596h",
      "app.yaml:4:27: producer.idempotent is true, expected false, or acks 'all'",
      "app.yaml:6:73: consumers[0].onError.maxDelay is '1s', expected a time that is not below firstDelay",
    ]);
  });

  it('say that a number has to be in quotes where a text is meant', async () => {
    expect(await problemsOf('backend: memory\nclientId: 2024\n')).toEqual([
      'app.yaml:2:1: clientId is 2024, expected a text; put it in quotes',
    ]);
  });

  it('name what is missing', async () => {
    expect(await problemsOf('consumers:\n  - { topics: orders }\n')).toEqual([
      "app.yaml:1:1: backend is missing, expected 'memory', 'kafka', 'eventhubs'",
      "app.yaml:2:5: consumers[0].onError is missing, expected 'stop', 'skip', a step or a list of steps",
    ]);
  });

  it('never show a secret, wherever it was written', async () => {
    const key = 'Endpoint=sb://a.example/;SharedAccessKeyName=n;SharedAccessKey=s3cret';
    const problems = await problemsOf(`
backend: eventhubs
kafka: { brokers: ['${key}'], sasl: { mechanism: plain, username: u, password: [s3cret] } }
eventhubs:
  connectionString: [s3cret]
  namespace: ['${key}']
  checkpoints: { kind: blob, container: c, connectionString: { key: s3cret } }
clientId: { '${key}': 1 }
stopTimeout: '${key}'
`);
    expect(problems.length).toBeGreaterThanOrEqual(6);
    expect(problems.join('\n')).not.toContain('s3cret');
  });
});

describe('${…} in a text', () => {
  it('is filled in from the environment', async () => {
    const env = { NAME: 'orders', HOST: 'broker-1' };
    const text = 'backend: kafka\nclientId: app-${NAME}\nkafka: { brokers: ["${HOST}:9092"] }\n';
    const { clientId, kafka } = await read(text, { env });
    expect(clientId).toBe('app-orders');
    expect(kafka?.brokers).toEqual(['broker-1:9092']);
  });

  it('has a default for variables that are not set or empty', async () => {
    const text = 'backend: ${BACKEND:-memory}\nclientId: ${CLIENT:-fallback}\n';
    const env = { CLIENT: '' };
    expect(await read(text, { env })).toEqual({ backend: 'memory', clientId: 'fallback' });
  });

  it('becomes a number or a truth value where one is wanted, and stays a text where not', async () => {
    const env = { PORT: '8080', METRICS: 'true', PASSWORD: '12345' };
    const text = `
backend: memory
health: { port: '\${PORT}' }
telemetry: { metrics: '\${METRICS}' }
kafka: { sasl: { mechanism: plain, username: u, password: '\${PASSWORD}' } }
`;
    const { health, telemetry, kafka } = await read(text, { env });
    expect(health?.port).toBe(8080);
    expect(telemetry?.metrics).toBe(true);
    expect(kafka?.sasl).toMatchObject({ password: '12345' });
  });

  it('takes a secret from a file beside the configuration, without its last line break', async () => {
    const text =
      "backend: kafka\nkafka: { sasl: { mechanism: plain, username: u, password: '${file:secrets/pw}' } }\n";
    const { kafka } = await read(text, { files: { 'secrets/pw': 'pass word\n' } });
    expect(kafka?.sasl).toMatchObject({ password: 'pass word' });
  });

  it('is kept as it is when written with two dollars', async () => {
    expect(await read("backend: memory\nclientId: '$${NAME}'\n")).toMatchObject({
      clientId: '${NAME}',
    });
  });

  it('is a problem with path and hint when nothing is there to fill in', async () => {
    const text = `backend: \${BACKEND}\nclientId: \${file:nothing}\nkafka: { clientId: '\${a b}' }\n`;
    const problems = await problemsOf(text);
    expect(problems[0]).toBe(
      'app.yaml:1:1: backend needs ${BACKEND}, but the environment variable BACKEND is not set; set it, or write ${BACKEND:-default}',
    );
    expect(problems[1]).toMatch(
      /^app\.yaml:2:1: clientId needs \$\{file:nothing\}, but the file .*nothing is of no use: there is no such file$/,
    );
    expect(problems[2]).toBe(
      'app.yaml:3:10: kafka.clientId needs ${a b}, but that is none of ${NAME}, ${NAME:-default} and ${file:path}',
    );
    expect(problems).toHaveLength(3);
  });

  it('is shown in messages instead of what it stands for', async () => {
    const problems = await problemsOf('backend: memory\nstopTimeout: ${TOKEN}\n', {
      env: { TOKEN: 's3cret' },
    });
    expect(problems[0]).toContain('stopTimeout is ${TOKEN}, expected a time');
    expect(problems.join()).not.toContain('s3cret');
  });
});

describe('An environment variable PARTITA_…', () => {
  const file = `backend: memory\nconsumers:\n  - ${consumer}\n`;

  it('takes over a value of the file', async () => {
    const env = {
      PARTITA_BACKEND: 'kafka',
      PARTITA_KAFKA_BROKERS: 'a:9092, b:9092',
      PARTITA_CONSUMERS_0_GROUP: 'other',
      PARTITA_CONSUMERS_0_DRAIN_TIMEOUT: '5s',
      PARTITA_CONSUMERS_0_CONCURRENCY_LIMIT: '7',
      PARTITA_CONSUMERS_0_ON_ERROR: '[{ policy: deadLetter, topic: dead }]',
      PARTITA_MEMORY_TOPICS: '{ orders: 4 }',
    };
    expect(await read(file, { env })).toMatchObject({
      backend: 'kafka',
      kafka: { brokers: ['a:9092', 'b:9092'] },
      memory: { topics: { orders: 4 } },
      consumers: [
        {
          group: 'other',
          drainTimeout: '5s',
          concurrency: { limit: 7 },
          onError: [{ policy: 'deadLetter', topic: 'dead' }],
        },
      ],
    });
  });

  it('makes up for what the file lacks', async () => {
    const env = { PARTITA_BACKEND: 'memory' };
    expect(await read('backend: ${UNSET}\n', { env })).toEqual({ backend: 'memory' });
  });

  it('is named where its value is wrong', async () => {
    const env = { PARTITA_BACKEND: 'rabbit', PARTITA_CONSUMERS_0_COMMIT_EVERY: '5' };
    expect(await problemsOf(file, { env })).toEqual([
      "PARTITA_BACKEND: backend is 'rabbit', expected 'memory', 'kafka', 'eventhubs'",
      "PARTITA_CONSUMERS_0_COMMIT_EVERY: consumers[0].commit.every is '5', expected a time with its unit: 500ms, 30s, 5m or 1h; a number alone has no unit",
    ]);
  });

  it('is a problem when it is nearly one that means something', async () => {
    expect(await problemsOf(file, { env: { PARTITA_BAKEND: 'kafka' } })).toEqual([
      'the environment variable PARTITA_BAKEND names no key; did you mean PARTITA_BACKEND?',
    ]);
  });

  it('is nobody of ours when it is like none, or set by Kubernetes for a service', async () => {
    const env = {
      PARTITA_TEST_REPORT: 'x',
      PARTITA_HEALTH_SERVICE_HOST: '10.0.0.1',
      PARTITA_HEALTH_PORT: 'tcp://10.0.0.1:80',
      PARTITA_KAFKA_PORT_9092_TCP: 'tcp://10.0.0.1:9092',
    };
    expect(await read('backend: memory\n', { env })).toEqual({ backend: 'memory' });
  });
});
