/**
 * How fast the Event Hubs emulator takes and gives events, and what an event costs in memory.
 * Run: node bench/emulator.ts [--events 200000] [--runs 3]
 *
 * The official JavaScript SDK in this process, the emulator in another; 1 KiB bodies, 4 partitions, batches of 500, one batch at
 * a time per partition; first all in, then all out. Memory is what the process has grown by, the listener's share included.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  EventHubConsumerClient,
  EventHubProducerClient,
  earliestEventPosition,
} from '@azure/event-hubs';
import { startEmulatorProcess } from '../test/support/emulator-process.ts';
import { median, perSecond } from './support/race.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '3' },
  },
});
const partitions = ['0', '1', '2', '3'];
const perBatch = 500;
const rounds = Math.ceil(Number(values.events) / perBatch / partitions.length);
const events = rounds * perBatch * partitions.length;

async function fill(connectionString: string): Promise<number> {
  const producer = new EventHubProducerClient(connectionString, 'bench');
  const body = Buffer.alloc(1024, 'x');
  const batches = await Promise.all(
    partitions.map(async (partitionId) => {
      const batch = await producer.createBatch({ partitionId });
      while (batch.count < perBatch && batch.tryAdd({ body }));
      return batch;
    }),
  );
  const start = performance.now();
  await Promise.all(
    batches.map(async (batch) => {
      for (let round = 0; round < rounds; round++) await producer.sendBatch(batch);
    }),
  );
  const ms = performance.now() - start;
  await producer.close();
  return (events / ms) * 1000;
}

async function drain(connectionString: string): Promise<number> {
  const consumer = new EventHubConsumerClient('$Default', connectionString, 'bench', {
    // Nobody shares the hub: claim all partitions at once.
    loadBalancingOptions: { strategy: 'greedy' },
  });
  let [received, start, end] = [0, 0, 0];
  await new Promise<void>((resolve, reject) => {
    consumer.subscribe(
      {
        async processEvents(batch) {
          if (start === 0) start = performance.now();
          received += batch.length;
          if (received < events) return;
          end = performance.now();
          resolve();
        },
        async processError(error) {
          reject(error);
        },
      },
      {
        startPosition: earliestEventPosition,
        maxBatchSize: 1000,
        prefetchCount: 3000,
        skipParsingBodyAsJson: true,
      },
    );
  });
  await consumer.close();
  return (events / (end - start)) * 1000;
}

function residentBytes(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

const figures: { sent: number; received: number; bytes: number }[] = [];
for (let run = 1; run <= Number(values.runs); run++) {
  await using emulator = await startEmulatorProcess([
    ...['--port', '0', '--hub', 'bench:4', '--max-partition-bytes', String(2 ** 31)],
  ]);
  const connectionString = emulator.variables.EVENTHUBS_CONNECTION_STRING ?? '';
  const before = residentBytes(emulator.pid);
  const sent = await fill(connectionString);
  const bytes = (residentBytes(emulator.pid) - before) / events;
  const received = await drain(connectionString);
  figures.push({ sent, received, bytes });
  console.log(
    `run ${run}: in ${perSecond(sent)}, out ${perSecond(received)}, ${Math.round(bytes)} B per event`,
  );
}
const sent = median(figures.map((figure) => figure.sent));
const received = median(figures.map((figure) => figure.received));
const bytes = median(figures.map((figure) => figure.bytes));
console.log(
  `median: in ${perSecond(sent)} (40,000 wanted), out ${perSecond(received)} (45,000 wanted), ${Math.round(bytes)} B per event of 1 KiB (1,638 at most)`,
);
process.exitCode = sent >= 40_000 && received >= 45_000 && bytes <= 1638 ? 0 : 1;
