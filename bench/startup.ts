/**
 * What importing Partita costs at the start of a process, beside the client library that a program would load anyway:
 * `npm run bench:startup`. Prints medians of 11 processes of each kind, which take turns.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const processes = 11;
const root = join(import.meta.dirname, '..');

const kinds = {
  nothing: [],
  kafkajs: ['kafkajs'],
  'partita/kafka with kafkajs': ['partita', 'partita/kafka', 'kafkajs'],
  '@azure/event-hubs': ['@azure/event-hubs'],
  'partita/eventhubs with @azure/event-hubs': ['partita', 'partita/eventhubs', '@azure/event-hubs'],
} as const;

type Kind = keyof typeof kinds;

/** From the start of the process to the end of its imports, in milliseconds. */
function startUpMs(modules: readonly string[]): number {
  const imports = modules.map((name) => `await import('${name}');`);
  // The clock of a process begins at its start.
  const program = `${imports.join('')} console.log(performance.now());`;
  const args = ['--input-type=module', '-e', program];
  return Number(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
}

const measured = new Map<Kind, number[]>();
for (let round = 0; round < processes; round++)
  for (const kind of Object.keys(kinds) as Kind[]) {
    const times = measured.get(kind) ?? [];
    measured.set(kind, [...times, startUpMs(kinds[kind])]);
  }

function medianMs(kind: Kind): number {
  const times = (measured.get(kind) ?? []).toSorted((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

for (const kind of Object.keys(kinds) as Kind[])
  console.log(`${medianMs(kind).toFixed(0).padStart(6)} ms  ${kind}`);
const added = (own: Kind, bare: Kind): string => (medianMs(own) - medianMs(bare)).toFixed(0);
console.log(`Added on Kafka: ${added('partita/kafka with kafkajs', 'kafkajs')} ms`);
console.log(
  `Added on Event Hubs: ${added('partita/eventhubs with @azure/event-hubs', '@azure/event-hubs')} ms`,
);
