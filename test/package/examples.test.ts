import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsumerProject } from './consumer-project.ts';

const examples = join(process.cwd(), 'examples');

/** What the examples import beside `partita`, and what the embedded brokers need. */
const packages = ['kafkajs', '@azure/event-hubs', 'rhea'];

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
};

let project: ConsumerProject;
beforeAll(() => {
  project = new ConsumerProject(packages);
  cpSync(examples, join(project.folder, 'examples'), { recursive: true });
});
afterAll(() => project?.[Symbol.dispose]());

function expectTold(name: string, ...args: string[]): void {
  const { code, output } = project.node(join('examples', name, 'main.ts'), ...args);
  for (const text of told[name] ?? []) expect(output).toMatch(text);
  expect(code, output).toBe(0);
}

describe('The example', () => {
  it.for(Object.keys(told))('%s tells what its README says, with the packed package', (name) => {
    expectTold(name);
  });

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
