import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postgres, postgresFolder, startPostgres } from '../support/postgres.ts';
import { ConsumerProject } from './consumer-project.ts';

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

/** What a run of each has to print. */
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
  'batch-to-postgresql': [/crashed at \d+ cents/, 'went on: 7998000 cents of 7998000'],
  'event-hubs-blob-checkpoints': [
    'first: process 0@0 {"celsius":19}',
    'first: error Error: no temperature in it',
    'first: close 0 (stopped)',
    'second: process 0@2 {"celsius":21}',
    'telemetry/$default/checkpoint/0: sequence number 2',
  ],
  'migrate-from-kafkajs': [
    'KafkaJS charges order-3',
    'Partita charges order-4',
    '5 charges of 5 orders',
  ],
  'inside-fastify': ['ready: {"ok":true', 'POST /orders: 202', 'charged order-1: 42', 'closed'],
  'inside-nestjs': ['charged order-1: 42', 'stopped'],
};

/** The example that writes to PostgreSQL runs where a server is installed. */
const { folder: server, missing = '' } = postgresFolder();
const needsServer = 'batch-to-postgresql';

let project: ConsumerProject;
let postgres: Postgres | undefined;
let database: Record<string, string> = {};
beforeAll(async () => {
  if (server !== undefined) {
    postgres = await startPostgres(server);
    database = { PGHOST: postgres.pool.options.host ?? '', PGUSER: 'test', PGDATABASE: 'postgres' };
  }
  project = new ConsumerProject(packages);
  cpSync(examples, join(project.folder, 'examples'), { recursive: true });
});
afterAll(async () => {
  project?.[Symbol.dispose]();
  await postgres?.[Symbol.asyncDispose]();
});

function expectTold(name: string, ...args: string[]): void {
  const program = [join('examples', name, 'main.ts'), ...args];
  const { code, output } = project.run(process.execPath, program, '.', database);
  for (const text of told[name] ?? []) expect(output).toMatch(text);
  expect(code, output).toBe(0);
}

describe('The example', () => {
  it.for(Object.keys(told))(
    '%s tells what its README says, with the packed package',
    (name, { skip }) => {
      if (name === needsServer && server === undefined) skip(missing);
      expectTold(name);
    },
  );

  it.for(['hello', 'keyed-orders', 'sticky-rebalance'])(
    '%s does so over Kafka and over AMQP',
    (name) => {
      expectTold(name, '--on', 'kafka');
      expectTold(name, '--on', 'eventhubs');
    },
  );
});

describe('The examples', () => {
  const named = readdirSync(examples).filter((name) => !['demo', 'support'].includes(name));

  it('are all run here', () => {
    expect(named.sort()).toEqual(Object.keys(told).sort());
  });

  it('have a page each, and a line in the README of the package', () => {
    const readme = readFileSync('README.md', 'utf8');
    for (const name of named) {
      expect(readFileSync(join(examples, name, 'README.md'), 'utf8')).toContain(
        `examples/${name}/`,
      );
      expect(readme).toContain(`(examples/${name}/README.md)`);
    }
  });
});
