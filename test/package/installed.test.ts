import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtPackage, entries, manifest } from './built-package.ts';
import { ConsumerProject } from './consumer-project.ts';

/** A program for each choice of a broker, with all that has to be installed for it beside `partita`. */
const backends = {
  memory: { packages: [], backend: 'memory({ topics: { orders: 1 } })' },
  kafka: { packages: ['kafkajs'], backend: "kafka({ brokers: ['localhost:9092'] })" },
  eventhubs: {
    packages: ['@azure/event-hubs', '@azure/storage-blob'],
    backend:
      "eventHubs({ connectionString: 'Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=b', checkpoints: blobCheckpoints({ connectionString: 'UseDevelopmentStorage=true', container: 'checkpoints' }) })",
  },
} as const;

const programOn = (name: keyof typeof backends): string => `
import { json, partita, skip } from 'partita';
import { logging } from 'partita/middleware';
import { serveHealth } from 'partita/health';
import { readConfig } from 'partita/config';
import { sticky } from 'partita/assignors';
import { keyed } from 'partita/partitioners';
import { ${name === 'eventhubs' ? 'blobCheckpoints, eventHubs' : name} } from 'partita/${name}';

interface Order { readonly id: string }
const isOrder = (value: unknown): value is Order => typeof value === 'object' && value !== null && 'id' in value;

const handled = Promise.withResolvers<void>();
const app = partita({ backend: ${backends[name].backend}, middleware: [logging()], producer: { partitioner: keyed() } })
  .consume('orders', {
    group: 'billing',
    assignor: sticky,
    value: json(),
    onError: skip(),
    handle(order) {
      if (isOrder(order)) console.log('handled', order.id);
      handled.resolve();
    },
  });
if (process.argv[2] === 'run') {
  await app.start();
  await app.producer().send('orders', { value: '{"id":"order-1"}' });
  await handled.promise;
}
await app.stop();
console.log('declared', typeof serveHealth, typeof readConfig);
`;

describe('A project', () => {
  it.for(['memory', 'kafka', 'eventhubs'] as const)(
    'with what %s needs, and nothing more, compiles with all types checked, and runs',
    (name) => {
      using project = new ConsumerProject([...backends[name].packages, '@types/node']);
      project.write('program.ts', programOn(name));
      expect(project.typeErrors()).toBe('');
      const run = project.node('program.ts', ...(name === 'memory' ? ['run'] : []));
      expect(run.output).toContain('declared function function');
      if (name === 'memory') expect(run.output).toContain('handled order-1');
      expect(run.code).toBe(0);
    },
  );

  it('with every optional package compiles against every entry, with all types checked', () => {
    using project = new ConsumerProject([
      ...Object.keys(manifest.peerDependencies),
      '@types/node',
      '@types/ws',
    ]);
    const lines = entries.map(
      (entry, index) => `export * as entry${index} from 'partita${entry.slice(1)}';`,
    );
    project.write('program.ts', lines.join('\n'));
    expect(project.typeErrors()).toBe('');
  });

  it('of CommonJS modules loads every entry with require, types included', () => {
    using project = new ConsumerProject(['inversify', 'reflect-metadata', '@types/node']);
    const names = entries.map((entry) => `partita${entry.slice(1)}`);
    project.write(
      'typed.cts',
      `import { memory } from 'partita/memory';
import root = require('partita');
export const app: root.App = root.partita({ backend: memory() });
// @ts-expect-error: there is no such option
root.partita({ backend: memory(), nothing: 1 });`,
    );
    expect(project.typeErrors()).toBe('');
    project.write(
      'program.cjs',
      `for (const name of ${JSON.stringify(names)})
        if (Object.keys(require(name)).length === 0) throw new Error(name);
      console.log(typeof require('partita').partita, require('partita/package.json').version);`,
    );
    const run = project.node('program.cjs');
    expect(run).toEqual({ code: 0, output: `function ${manifest.version}\n` });
  });

  it('gets the package from npm without any of the optional ones, and its command line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'partita-npm-'));
    try {
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      const npm = (...args: string[]) =>
        execFileSync('npm', args, {
          cwd: folder,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        });
      npm('install', '--prefer-offline', '--no-audit', '--no-fund', builtPackage().archive);
      const installed = readdirSync(join(folder, 'node_modules'), { recursive: true }).map(String);
      const peers = Object.keys(manifest.peerDependencies);
      expect(peers.filter((peer) => installed.includes(peer))).toEqual([]);
      expect(npm('exec', '--', 'partita', '--version').trim()).toBe(manifest.version);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** What needs an optional package, by its name. */
const needs: Readonly<Record<string, string>> = {
  kafkajs: `const { kafka } = await import('partita/kafka');
    await partita({ backend: kafka({ brokers: ['localhost:1'] }) }).start();`,
  '@azure/event-hubs': `const { eventHubs, memoryCheckpointStore } = await import('partita/eventhubs');
    const connectionString = 'Endpoint=sb://localhost;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true';
    await partita({ backend: eventHubs({ connectionString, checkpoints: memoryCheckpointStore(Date) }) }).start();`,
  '@azure/storage-blob': `const { blobCheckpoints } = await import('partita/eventhubs');
    blobCheckpoints({ connectionString: 'UseDevelopmentStorage=true', container: 'checkpoints' });`,
  '@azure/identity': `const { checkConfig, createAppFromConfig } = await import('partita/config');
    const eventhubs = { namespace: 'a.servicebus.windows.net', credential: 'default', checkpoints: { kind: 'memory' } };
    await createAppFromConfig(checkConfig({ backend: 'eventhubs', eventhubs }));`,
  '@opentelemetry/api': `const { openTelemetry } = await import('partita/telemetry');
    openTelemetry();`,
  inversify: "await import('partita/di');",
  'reflect-metadata': "await import('partita/di');",
  pino: `const { loggerOf } = await import('partita/config');
    await loggerOf({ kind: 'pino' });`,
  rhea: `const { startEmulator } = await import('partita/emulator');
    await startEmulator({ port: 0, hubs: ['orders:1'] });`,
  azurite: `const { startStorage } = await import('partita/emulator');
    await startStorage();`,
  selfsigned: `const { startEmulator } = await import('partita/emulator');
    await startEmulator({ port: 0, tlsPort: 0, hubs: ['orders:1'] });`,
  ws: `const { startEmulator } = await import('partita/emulator');
    await startEmulator({ port: 0, webSocketPort: 0, hubs: ['orders:1'] });`,
};

describe('A package that is not installed', () => {
  it('is asked for with the command that installs it, whichever it is', () => {
    const names = Object.keys(manifest.peerDependencies);
    expect(Object.keys(needs).sort()).toEqual([...names].sort());
    const asked = {
      ...askedFor(
        names.filter((name) => !['selfsigned', 'ws'].includes(name)),
        [],
      ),
      // The emulator looks for one after the other.
      ...askedFor(['selfsigned'], ['rhea']),
      ...askedFor(['ws'], ['rhea', 'selfsigned']),
    };
    // A configuration tells it among its other problems.
    for (const name of names)
      expect(asked[name]).toMatch(
        new RegExp(`^(MISSING_PEER|INVALID_CONFIG) .*npm install .*${name}`),
      );
  });
});

/** What somebody is told who needs these without having them: code and message, by name. */
function askedFor(names: readonly string[], installed: readonly string[]): Record<string, string> {
  using project = new ConsumerProject(installed);
  const tries = names.map(
    (name) => `
try {
  ${needs[name]}
  told['${name}'] = 'nothing: it works';
} catch (error) {
  told['${name}'] = error.code + ' ' + error.message;
}`,
  );
  project.write(
    'program.js',
    `import { partita } from 'partita';\nconst told = {};${tries.join('')}
console.log(JSON.stringify(told));
process.exit();`,
  );
  const { output } = project.node('program.js');
  return JSON.parse(output.trim().split('\n').at(-1) ?? '{}');
}
