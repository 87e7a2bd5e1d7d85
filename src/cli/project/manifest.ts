import { createRequire } from 'node:module';
import type { Project, ProjectBackend } from './backends.ts';

interface OwnManifest {
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** What `partita run` needs on each broker, beside this package. */
const clients: Readonly<Record<ProjectBackend, readonly string[]>> = {
  memory: [],
  kafka: ['kafkajs'],
  eventhubs: ['@azure/event-hubs', '@azure/storage-blob'],
};

/** The package.json of a new project. Its versions are those that this version of Partita was tested with. */
export function projectManifest({ name, backend }: Project): string {
  const own = ownManifest();
  const peers = (names: readonly string[]) =>
    Object.fromEntries(names.map((peer) => [peer, own.peerDependencies[peer] ?? '*']));
  const manifest = {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: own.engines,
    scripts: scriptsFor({ name, backend }),
    dependencies: sorted({
      ...peers([...clients[backend], 'inversify', 'reflect-metadata']),
      partita: `^${own.version}`,
      zod: `^${own.dependencies.zod}`,
    }),
    devDependencies: sorted({
      ...(backend === 'memory' ? {} : peers(['rhea'])),
      '@types/node': '^22.18.0',
    }),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function scriptsFor({ name, backend }: Project): Readonly<Record<string, string>> {
  const always = { check: 'partita check app.yaml', test: 'node --test' };
  if (backend === 'memory') return { start: 'node main.ts', ...always };
  const hubs = `--hub orders:4:${name} --hub orders.dead:1`;
  const listener = backend === 'kafka' ? '--port 0 --kafka-port 9092' : '--port 5672';
  return {
    broker: `partita emulator ${hubs} ${listener}`,
    start: 'partita run app.yaml',
    send: 'partita produce orders --config app.yaml --file orders.jsonl --input json',
    ...always,
  };
}

function sorted(packages: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function ownManifest(): OwnManifest {
  return createRequire(import.meta.url)('partita/package.json');
}
