/**
 * `npm run bench [-- --only consume|handle|produce|awaited|memory] [--runs 5] [--records 2000000]`: Partita beside the bare
 * clients, in one run on one broker. Prints medians and the ratios the project has set itself. Exit code 1: a target was
 * missed. See bench/README.md.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { javaConsumerPerformance } from './consume/java-perf.ts';
import { benchBroker } from './support/broker.ts';
import { fillTopic } from './support/fill.ts';
import { type Contender, race } from './support/race.ts';
import { printFigures } from './support/table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '5' },
    records: { type: 'string', default: '2000000' },
  },
});
const runs = Number(values.runs);
const records = Number(values.records);
const stamp = Date.now().toString(36);
const filled = new Set<string>();

await using broker = await benchBroker();
const { bootstrap } = broker;
const suites = { consume, handle, produce, awaited, memory };
if (values.only !== undefined && !(values.only in suites))
  throw new Error(`--only is '${values.only}', expected one of ${Object.keys(suites).join(', ')}`);

let met = true;
for (const [name, suite] of Object.entries(suites)) {
  if (values.only !== undefined && values.only !== name) continue;
  process.stderr.write(`${name}\n`);
  met = (await suite()) && met;
}
process.exitCode = met ? 0 : 1;

async function backlog(count: number, valueBytes = 100): Promise<string> {
  const topic = `bench-${stamp}-${count}-${valueBytes}`;
  if (!filled.has(topic))
    await fillTopic({ bootstrap, topic, records: count, valueBytes, partitions: 4, keys: 1_000 });
  filled.add(topic);
  return topic;
}

async function consume(): Promise<boolean> {
  const ours = 'Partita handleBatch';
  const contenders: Contender[] = [
    { name: ours, start: 'bench/consume/partita-batch.ts' },
    { name: 'bare fetch + decode', start: 'bench/fetch/bare.ts' },
    { name: 'KafkaJS eachBatch', start: 'bench/consume/kafkajs-batch.ts' },
    { name: '@platformatic/kafka stream', start: 'bench/consume/platformatic-stream.ts' },
    { name: 'Java ConsumerPerformance (fetch)', start: javaConsumerPerformance },
  ];
  const topic = await backlog(records);
  const figures = await race(contenders, runs, { bootstrap, topic, records });
  return printFigures('no-op batches, 100 B', figures, [
    { name: ours, than: 'KafkaJS eachBatch', times: 4 },
    { name: ours, than: '@platformatic/kafka stream', times: 3 },
    { name: ours, than: 'Java ConsumerPerformance (fetch)', times: 1 },
    { name: ours, than: 'bare fetch + decode', times: 0.7 },
  ]);
}

async function handle(): Promise<boolean> {
  const contenders: Contender[] = [
    { name: 'Partita handle', start: 'bench/consume/partita-handle.ts' },
    { name: 'Partita handle, key order', start: 'bench/consume/partita-handle-by-key.ts' },
    { name: 'KafkaJS eachMessage', start: 'bench/consume/kafkajs-message.ts' },
  ];
  const topic = await backlog(records);
  const figures = await race(contenders, runs, { bootstrap, topic, records });
  return printFigures('no-op records, 100 B, 1,000 keys', figures, [
    { name: 'Partita handle', than: 'KafkaJS eachMessage', times: 3 },
    { name: 'Partita handle, key order', than: 'KafkaJS eachMessage', times: 1.5 },
  ]);
}

async function produce(): Promise<boolean> {
  execFileSync(process.execPath, ['bench/produce.ts', '--runs', String(runs)], {
    stdio: 'inherit',
    env: { ...process.env, PARTITA_TEST_KAFKA: bootstrap.join(',') },
  });
  return true;
}

async function awaited(): Promise<boolean> {
  const count = 60_000;
  const topic = await backlog(count);
  const ours = 'Partita, 10 ms awaited, 1,000 keys, limit 100';
  const figures = await race(
    [
      { name: ours, start: 'bench/awaited/partita-by-key.ts' },
      { name: '100 bare loops of 10 ms', start: 'bench/awaited/bare-timers.ts' },
    ],
    runs,
    { bootstrap, topic, records: count },
  );
  const theory = { name: 'theory', rates: [10_000], median: 10_000 };
  return printFigures('awaited work', new Map([...figures, ['theory', theory]]), [
    { name: ours, than: 'theory', times: 0.9 },
  ]);
}

async function memory(): Promise<boolean> {
  const limitMb = 150;
  const topic = await backlog(1_048_576, 1_024);
  const task = JSON.stringify({ bootstrap, topic, records: 0, group: `bench-memory-${stamp}` });
  const output = execFileSync(process.execPath, ['bench/memory/slow-handler.ts', task], {
    encoding: 'utf8',
  });
  const { idleBytes, busyBytes } = JSON.parse(output) as { idleBytes: number; busyBytes: number };
  const aboveMb = (busyBytes - idleBytes) / 1e6;
  const idleMb = (idleBytes / 1e6).toFixed(0);
  process.stdout.write(
    `\n${aboveMb < limitMb ? 'met   ' : 'MISSED'} 1 GiB backlog, slow handler: ${aboveMb.toFixed(0)} MB above the idle process (${idleMb} MB), limit ${limitMb} MB\n`,
  );
  return aboveMb < limitMb;
}
