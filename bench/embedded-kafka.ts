/**
 * How fast the embedded Kafka broker takes and gives records, how soon it is up, and what a stored byte costs in memory.
 * Run: npm run build && node bench/embedded-kafka.ts [--records 1000000] [--runs 3]
 *
 * The broker in a process of its own, our client in another: keyed records of 100 B, acks of the leader, 4 partitions; all in,
 * then all out in batches, in a new group each time. Starting counts from an empty process: loading the code and listening.
 * Memory is what the resident set of the broker's process has grown by when all is in, over the bytes of the batches it holds.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { kafka } from '../src/backends/kafka/index.ts';
import { silentLogger } from '../src/core/index.ts';
import { realClock } from '../src/system/real-clock.ts';
import { median, perSecond, race } from './support/race.ts';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
  },
});
const records = Number(values.records);
const runs = Number(values.runs);

interface Started {
  readonly pid: number;
  readonly bootstrap: string;
  readonly loadMs: number;
  readonly startMs: number;
  /** Of both; on a busy machine the rest was waiting. */
  readonly cpuMs: number;
}

interface Running extends Started, AsyncDisposable {
  storedBytes(): Promise<number>;
}

async function startBroker(): Promise<Running> {
  const child = spawn(process.execPath, ['bench/embedded/broker.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const [line] = await once(lines, 'line');
  return {
    ...(JSON.parse(String(line)) as Started),
    async storedBytes() {
      child.stdin.write('\n');
      const [answer] = await once(lines, 'line');
      return (JSON.parse(String(answer)) as { storedBytes: number }).storedBytes;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}

async function makeTopic(bootstrap: string, topic: string): Promise<void> {
  const env = { clock: realClock, random: Math.random, log: silentLogger, clientId: 'bench' };
  const backend = kafka({ brokers: [bootstrap] }).open(env);
  await backend.openAdmin().createTopic({ topic, partitions: 4 });
  await backend.close();
}

function residentBytes(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

const startMs: number[] = [];
const startCpuMs: number[] = [];
const taken: number[] = [];
const given: number[] = [];
const perByte: number[] = [];
for (let run = 1; run <= runs; run++) {
  await using broker = await startBroker();
  startMs.push(broker.loadMs + broker.startMs);
  startCpuMs.push(broker.cpuMs);
  await makeTopic(broker.bootstrap, 'bench');
  const before = residentBytes(broker.pid);
  const task = { bootstrap: [broker.bootstrap], topic: 'bench', records };
  const fill = await race([{ name: 'in', start: 'bench/produce/partita.ts' }], 1, task);
  perByte.push((residentBytes(broker.pid) - before) / (await broker.storedBytes()));
  const drain = await race([{ name: 'out', start: 'bench/consume/partita-batch.ts' }], 1, task);
  taken.push(fill.get('in')?.median ?? Number.NaN);
  given.push(drain.get('out')?.median ?? Number.NaN);
}

const figures = [
  verdict('in', median(taken), perSecond, { atLeast: 150_000 }),
  verdict('out', median(given), perSecond, { atLeast: 400_000 }),
  verdict('up after', median(startMs), (ms) => `${ms.toFixed(0)} ms`, { atMost: 150 }),
  verdict('memory per byte stored', median(perByte), (bytes) => `${bytes.toFixed(2)} B`, {
    atMost: 1.6,
  }),
];
process.stdout.write(`median of ${runs} runs of ${records} records\n`);
for (const { line } of figures) process.stdout.write(`${line}\n`);
process.stdout.write(`starting took ${median(startCpuMs).toFixed(0)} ms of processor time\n`);
process.exitCode = figures.every(({ met }) => met) ? 0 : 1;

function verdict(
  name: string,
  figure: number,
  show: (figure: number) => string,
  limit: { readonly atLeast: number } | { readonly atMost: number },
): { readonly line: string; readonly met: boolean } {
  const least = 'atLeast' in limit;
  const bound = least ? limit.atLeast : limit.atMost;
  const met = least ? figure >= bound : figure <= bound;
  const wanted = `${show(bound).trim()} at ${least ? 'least' : 'most'}`;
  const line = `${name.padEnd(24)} ${show(figure).trim().padStart(12)}   ${wanted}: ${met ? 'met' : 'MISSED'}`;
  return { line, met };
}
