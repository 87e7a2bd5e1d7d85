import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafka as kafkaBackend } from '../../src/backends/kafka/index.ts';
import { partita } from '../../src/index.ts';
import { type Postgres, postgresFolder, startPostgres } from '../support/postgres.ts';
import { sharedKafka } from '../support/shared-kafka.ts';
import { ConsumerProject, type Outcome } from './consumer-project.ts';

const examples = join(process.cwd(), 'examples');

/** What the examples import beside `partita`, and what the embedded brokers need. */
const packages = [
  'kafkajs',
  '@azure/event-hubs',
  '@azure/storage-blob',
  'rhea',
  'azurite',
  'pg',
  'fastify',
  '@nestjs/common',
  '@nestjs/core',
  'reflect-metadata',
];

/** What a run of each has to print, in this order where it is a list. */
const told: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  hello: ['Hello, Ada!', 'Hello, Grace!', 'Hello, Edsger!'],
  'keyed-orders': [/Handlers at once: up to ([2-9]|1\d|20)\./, 'earlier one of their customer: 0'],
  'explicit-partition': ['refused: A record for readings names no', 'offset 2: south 21 degrees'],
  'round-robin-throughput': [
    `written per partition: ${Array(12).fill(10_000).join(' ')}`,
    'member a: 60000 records of 6 partitions',
  ],
  'sticky-rebalance': [
    'a fourth joins: 3 partitions moved',
    'the second leaves: 3 partitions moved',
  ],
  'batch-to-postgresql': [
    /(killed after \d+ of 20000 payments; started anew\s+){2}/,
    '20000 payments of 20000, 199990000 cents of 199990000',
  ],
  'event-hubs-blob-checkpoints': [
    'first: process 0@0 {"celsius":19}',
    'first: error Error: no temperature in it',
    'first: close 0 (stopped)',
    'second: process 0@2 {"celsius":21}',
    'telemetry/$default/checkpoint/0: sequence number 2',
  ],
  'migrate-from-kafkajs': [
    /(KafkaJS pays invoice-\d+\s+){4}/,
    /(Partita pays invoice-\d+\s+){4}/,
    '12 payments of 12 invoices',
  ],
  'inside-fastify': [
    'GET /ready: 200 {"ok":true',
    'POST /orders {"id":"order-1","total":42}: 202',
    'POST /orders {"id":"order-2"}: 400',
    /charged order-1: 42\s+closed/,
  ],
  'inside-nestjs': [/charged order-1: 42\s+consumer stopped\s+till closed/],
};

/** These have brokers of their own. */
const withoutChoice = ['event-hubs-blob-checkpoints', 'migrate-from-kafkajs'];
const onAny = Object.keys(told).filter((name) => !withoutChoice.includes(name));

/** The example that writes to PostgreSQL runs where a server is installed. */
const { folder: server, missing = '' } = postgresFolder();
const needsServer = 'batch-to-postgresql';
const kafka = sharedKafka();

let project: ConsumerProject;
let postgres: Postgres | undefined;
/** A database for each place: a run makes its tables anew. */
const databases = ['memory', 'kafka', 'real'] as const;
beforeAll(async () => {
  if (server !== undefined) {
    postgres = await startPostgres(server);
    for (const name of databases) await postgres.pool.query(`CREATE DATABASE ${name}`);
  }
  project = new ConsumerProject(packages);
  cpSync(examples, join(project.folder, 'examples'), { recursive: true });
});
afterAll(async () => {
  project?.[Symbol.dispose]();
  await postgres?.[Symbol.asyncDispose]();
});

async function run(name: string, args: string[], brokers?: string): Promise<Outcome> {
  const env = {
    ...process.env,
    PGHOST: postgres?.pool.options.host,
    PGUSER: 'test',
    PGDATABASE: brokers === undefined ? (args.at(-1) ?? 'memory') : 'real',
    KAFKA_BROKERS: brokers,
    NODE_OPTIONS: undefined,
  };
  const program = [join('examples', name, 'main.ts'), ...args];
  // Sooner than the runner gives up, so that what it printed is seen.
  const options = { cwd: project.folder, env, timeout: 60_000 };
  const child = spawn(process.execPath, program, options);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}

async function expectTold(name: string, args: string[] = [], brokers?: string): Promise<void> {
  const { code, output } = await run(name, args, brokers);
  expect(code, output).toBe(0);
  for (const text of told[name] ?? []) expect(output).toMatch(text);
}

// Each run waits for brokers and timers most of the time.
describe.concurrent('The example', () => {
  it.for(Object.keys(told))(
    '%s tells what its README says, with the packed package',
    async (name, { skip }) => {
      if (name === needsServer && server === undefined) skip(missing);
      await expectTold(name);
    },
  );

  it.for(['hello', 'keyed-orders', 'sticky-rebalance', 'inside-fastify'])(
    '%s does so over AMQP',
    (name) => expectTold(name, ['--on', 'eventhubs']),
  );

  // The rest on a real one.
  it.for(kafka.missing === undefined ? ['hello', 'inside-fastify', 'inside-nestjs'] : onAny)(
    '%s does so on an embedded Kafka',
    async (name, { skip }) => {
      if (name === needsServer && server === undefined) skip(missing);
      await expectTold(name, ['--on', 'kafka']);
    },
  );

  it.for([...onAny, 'migrate-from-kafkajs'])(
    '%s does so on a real Kafka',
    async (name, { skip }) => {
      if (kafka.missing !== undefined) return skip(kafka.missing);
      if (name === needsServer && server === undefined) skip(missing);
      const args = withoutChoice.includes(name) ? [] : ['--on', 'kafka'];
      await expectTold(name, args, kafka.bootstrap.join());
    },
  );
});

describe('The examples', () => {
  const named = readdirSync(examples).filter((name) => !['demo', 'support'].includes(name));

  it('are all run here', () => {
    expect(named.sort()).toEqual(Object.keys(told).sort());
  });

  it.skipIf(kafka.missing !== undefined)('leave no topic on a real Kafka', async () => {
    if (kafka.missing !== undefined) return;
    await using app = partita({ backend: kafkaBackend({ brokers: kafka.bootstrap }) });
    const left = (await app.admin().topics()).map(({ topic }) => topic);
    const sources = named.map((name) => readFileSync(join(examples, name, 'main.ts'), 'utf8'));
    const made = sources.flatMap((source) => /await open\w+\(\{ (\w+):/.exec(source)?.[1] ?? []);
    expect(made).toHaveLength(named.length - 1); // Event Hubs
    expect(left.filter((topic) => made.includes(topic))).toEqual([]);
  });

  it('have a page each, with the command that runs it, and a line in the README of the package', () => {
    const readme = readFileSync('README.md', 'utf8');
    for (const name of named) {
      // The Node of this repository, which reads TypeScript and `await using`: the machine's own may be older.
      expect(readFileSync(join(examples, name, 'README.md'), 'utf8')).toMatch(
        new RegExp(`^npm run build && (PG\\S+ )*npx node examples/${name}/main.ts( |$)`, 'm'),
      );
      expect(readme).toContain(`(examples/${name}/README.md)`);
    }
  });
});
