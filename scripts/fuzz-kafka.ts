/**
 * Sends damaged requests of every kind to an embedded Kafka broker, and counts what became of them.
 *
 *   npm run fuzz:kafka -- --requests 1000000 --seed 1
 *   npm run fuzz:kafka -- --guarded                              to one that asks clients who they are
 *   npm run fuzz:kafka -- --seed 1 --from 4711 --requests 1      the same request once more
 *
 * Ends with 1 when the broker had a defect, lost a healthy client, or kept something: connections, timers, memory.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type FuzzReport, fuzzKafka } from '../test/support/kafka-fuzz/fuzz.ts';

/** What a run may keep: compiled code, and transactional ids, which do not expire. */
const MAY_GROW_MB = 64;
/** When the heap is measured first: until then code is compiled and caches fill. */
const WARM_UP = 0.1;
const MB = 1024 * 1024;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    guarded: { type: 'boolean', default: false },
  },
});
const [requests, seed, from] = [values.requests, values.seed, values.from].map(Number) as [
  number,
  number,
  number,
];
setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
function usedMb(): number {
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MB;
}

const startedAt = performance.now();
let beforeMb = usedMb();
let measured = false;
let toldAt = startedAt;
const report = await fuzzKafka({
  requests,
  seed,
  from,
  guarded: values.guarded,
  progress(sent) {
    if (!measured && sent >= requests * WARM_UP) {
      measured = true;
      beforeMb = usedMb();
    }
    if (performance.now() - toldAt < 5_000) return;
    toldAt = performance.now();
    const residentMb = (process.memoryUsage.rss() / MB).toFixed(0);
    process.stderr.write(`${sent} of ${requests} sent, resident ${residentMb} MB\n`);
  },
});
const afterMb = usedMb();
print(report);
process.exitCode = isSound(report) ? 0 : 1;

function print({ outcomes, reasons, defects, healthyChecks, left }: FuzzReport): void {
  const seconds = (performance.now() - startedAt) / 1000;
  const lines = [
    `${requests} requests of seed ${seed} from ${from} in ${seconds.toFixed(0)} s`,
    ...counted(outcomes),
    'connections closed by the broker, and why:',
    ...counted(reasons),
    `defects: ${defects.length}`,
    ...defects.slice(0, 10).map((defect) => `  ${defect}`),
    `a healthy client read what it wrote ${healthyChecks} times, before, between and after`,
    `left: ${left.connections} connections, ${left.timers} timers, ${left.topics} topics, ${left.groups} groups`,
    `memory after garbage collection: ${beforeMb.toFixed(1)} MB before, ${afterMb.toFixed(1)} MB after`,
    isSound(report) ? 'sound' : 'NOT SOUND',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function counted(counts: ReadonlyMap<string, number>): string[] {
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  return rows.map(([name, count]) => `${String(count).padStart(9)}  ${name}`);
}

function isSound({ defects, left }: FuzzReport): boolean {
  const empty = left.connections === 0 && left.timers === 0 && left.groups === 0;
  return defects.length === 0 && empty && afterMb - beforeMb < MAY_GROW_MB;
}
