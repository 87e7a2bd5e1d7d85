import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const root = process.cwd();

/** Collects the address of every module that a process loads, by import and by require, and prints them at its end. */
const trace = `
import { registerHooks } from 'node:module';
const loaded = new Set();
registerHooks({ load(url, context, next) { loaded.add(url); return next(url, context); } });
process.on('exit', () => console.log(JSON.stringify([...loaded])));
`;

/** What a program loads: files of the source as `src/…`, and packages by name. */
function loadedBy(program: string): ReadonlySet<string> {
  const hooks = `data:text/javascript,${encodeURIComponent(trace)}`;
  const args = ['--import', hooks, '--input-type=module', '-e', program];
  const out = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const urls: string[] = JSON.parse(out.trim().split('\n').at(-1) ?? '[]');
  return new Set(
    urls.flatMap((url) => {
      const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
      const file = url.slice(`file://${root}/`.length);
      return name !== undefined ? [name] : file.startsWith('src/') ? [file] : [];
    }),
  );
}

/** Declares an application on a backend, and starts it or tries to. */
const program = (entry: string, names: string, backend: string): string => `
const { partita, silentLogger, skip } = await import('./src/index.ts');
const { ${names} } = await import('./src/backends/${entry}/index.ts');
const app = partita({ backend: ${backend}, startTimeoutMs: 100, logger: silentLogger })
  .consume('orders', { group: 'billing', onError: skip(), handle() {} });
await app.start().catch(() => {});
await app.stop();
`;

const programs = {
  memory: program('memory', 'memory', 'memory({ topics: { orders: 1 } })'),
  kafka: program('kafka', 'kafka', "kafka({ brokers: ['localhost:1'] })"),
  eventhubs: program(
    'eventhubs',
    'eventHubs, memoryCheckpointStore',
    "eventHubs({ connectionString: 'Endpoint=sb://localhost:1;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true', checkpoints: memoryCheckpointStore(Date) })",
  ),
} as const;

/** What is loaded of packages that come with a broker. rhea is what the library for Event Hubs is built on. */
const used = {
  memory: [],
  kafka: ['kafkajs'],
  eventhubs: ['@azure/event-hubs', 'rhea'],
} as const;

const parts = [
  'cli',
  'config',
  'di',
  'emulator',
  'health',
  'logging',
  'middleware',
  'telemetry',
  'testing',
];

describe('A program with an application on one backend', () => {
  it.for(['memory', 'kafka', 'eventhubs'] as const)(
    'on %s loads no part that it does not use',
    (name) => {
      const loaded = [...loadedBy(programs[name])];
      const others = ['memory', 'kafka', 'eventhubs'].filter((other) => other !== name);
      const unused = [...parts, ...others.map((other) => `backends/${other}`)].map(
        (part) => `src/${part}/`,
      );
      expect(loaded).toContain('src/index.ts');
      // What it does use: the client library of its broker, and no other.
      const clients = ['kafkajs', '@azure/event-hubs', '@azure/storage-blob', 'rhea', 'inversify'];
      expect(loaded.filter((module) => clients.includes(module))).toEqual(used[name]);
      expect(loaded.filter((file) => unused.some((folder) => file.startsWith(folder)))).toEqual([]);
    },
  );
});
