/**
 * Does an open receiver grow while nothing comes? `npm run bench:idle -- --minutes 10`, or
 * `node bench/eventhubs/idle.ts -- --minutes 10` on a built package.
 *
 * An application of Partita reads an empty hub of 4 partitions of the emulator, which is a process of its own. Each minute the
 * resident set and the heap after a full collection are printed. At the end the handler is held back and a backlog is written:
 * what arrives all the same is the credit that the quiet time has left open. Exit code 1: it has grown.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { EventHubProducerClient } from '@azure/event-hubs';
import { partita, stopPartition } from 'partita';
import { eventHubs, memoryCheckpointStore } from 'partita/eventhubs';
import { startEmulatorProcess } from '../../test/support/emulator-process.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    minutes: { type: 'string', default: '10' },
    /** Heap at the end above that of the first minute, at most. */
    'limit-mb': { type: 'string', default: '4' },
  },
});
const minutes = Number(values.minutes);
const limitMb = Number(values['limit-mb']);
const partitions = 4;
const prefetch = 1_000;
const burst = 5_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** In MB, after what nobody holds was thrown away. */
function memoryMb(): { readonly rss: number; readonly heap: number } {
  collect();
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss: rss / 1e6, heap: (heapUsed + external) / 1e6 };
}

await using emulator = await startEmulatorProcess([
  ...['--port', '0', '--hub', `idle:${partitions}:readers`],
]);
const connectionString = emulator.variables.EVENTHUBS_CONNECTION_STRING ?? '';
let isHeld = false;
let handled = 0;
const released = Promise.withResolvers<void>();
const checkpoints = memoryCheckpointStore({ now: Date.now });
const app = partita({ backend: eventHubs({ connectionString, checkpoints, prefetch }) }).consume(
  'idle',
  {
    group: 'readers',
    onError: stopPartition(),
    buffer: { highRecords: 1, lowRecords: 0 },
    handle: async () => {
      if (isHeld) await released.promise;
      handled++;
    },
  },
);
const producer = new EventHubProducerClient(connectionString, 'idle');
const each = Array.from({ length: partitions }, (_, partition) => String(partition));

/** The same number of events into every partition. */
async function write(count: number): Promise<void> {
  for (const partitionId of each)
    for (let left = count; left > 0; left -= 500)
      await producer.sendBatch(
        Array.from({ length: Math.min(left, 500) }, () => ({ body: Buffer.alloc(1_024, 1) })),
        { partitionId },
      );
}

async function untilHandled(count: number): Promise<void> {
  while (handled < count) await wait(50);
}

await app.start();
await write(1);
await untilHandled(partitions);
const lines: { readonly rss: number; readonly heap: number }[] = [];
for (let minute = 1; minute <= minutes; minute++) {
  await wait(60_000);
  const memory = memoryMb();
  lines.push(memory);
  process.stdout.write(
    `minute ${String(minute).padStart(3)}: RSS ${memory.rss.toFixed(1)} MB, heap ${memory.heap.toFixed(1)} MB\n`,
  );
}
const [first, last] = [lines[0], lines.at(-1)];
const grownMb = (last?.heap ?? 0) - (first?.heap ?? 0);

isHeld = true;
const before = memoryMb();
await write(burst);
// As long as it takes a receiver with open credit to get everything.
await wait(5_000);
const heldMb = memoryMb().heap - before.heap;
isHeld = false;
released.resolve();
await untilHandled(partitions * (burst + 1));
await app.stop();
await producer.close();

const boundMb = (partitions * prefetch * 4 * 1_024) / 1e6;
const isFlat = grownMb <= limitMb;
const isBounded = heldMb <= boundMb;
process.stdout.write(
  `${isFlat ? 'met   ' : 'MISSED'} heap after ${minutes} idle minutes: ${grownMb.toFixed(1)} MB above that of minute one (limit ${limitMb})\n` +
    `${isBounded ? 'met   ' : 'MISSED'} then ${partitions * burst} events of 1 KiB before a handler that stands still: ${heldMb.toFixed(1)} MB in memory ` +
    `(limit ${boundMb.toFixed(0)}: ${prefetch} events of a partition at 4 KiB)\n`,
);
process.exitCode = isFlat && isBounded ? 0 : 1;
