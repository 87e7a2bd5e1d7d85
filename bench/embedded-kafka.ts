/**
 * How fast the embedded Kafka broker takes and gives records, and how soon it is up.
 * Run: npm run build && node bench/embedded-kafka.ts [--records 1000000] [--runs 3]
 *
 * The broker in a process of its own, our client in another: keyed records of 100 B, acks of the leader, 4 partitions; all in,
 * then all out in batches, in a new group each time. Starting counts from an empty process: loading the code and listening.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
const wanted = { inPerSecond: 150_000, outPerSecond: 400_000, startMs: 150 };
const records = Number(values.records);
const runs = Number(values.runs);

interface Started {
  readonly bootstrap: string;
  readonly loadMs: number;
  readonly startMs: number;
}

async function startBroker(): Promise<Started & AsyncDisposable> {
  const child = spawn(process.execPath, ['bench/embedded/broker.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = await once(createInterface(child.stdout), 'line');
  return {
    ...(JSON.parse(String(line)) as Started),
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

const startMs: number[] = [];
const taken: number[] = [];
const given: number[] = [];
for (let run = 1; run <= runs; run++) {
  await using broker = await startBroker();
  startMs.push(broker.loadMs + broker.startMs);
  await makeTopic(broker.bootstrap, 'bench');
  const task = { bootstrap: [broker.bootstrap], topic: 'bench', records };
  const fill = await race([{ name: 'in', start: 'bench/produce/partita.ts' }], 1, task);
  const drain = await race([{ name: 'out', start: 'bench/consume/partita-batch.ts' }], 1, task);
  taken.push(fill.get('in')?.median ?? Number.NaN);
  given.push(drain.get('out')?.median ?? Number.NaN);
}
const [up, into, out] = [median(startMs), median(taken), median(given)];
process.stdout.write(
  `median of ${runs}: in ${perSecond(into)} (150,000 wanted), out ${perSecond(out)} (400,000 wanted), ` +
    `up after ${up.toFixed(0)} ms (150 wanted)\n`,
);
const met = into >= wanted.inPerSecond && out >= wanted.outPerSecond && up <= wanted.startMs;
process.exitCode = met ? 0 : 1;
