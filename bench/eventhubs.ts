/**
 * `npm run bench:eventhubs [-- --only consume|produce] [--runs 5] [--events 200000]`: Partita beside the bare client library
 * of Azure, on the emulator in a process of its own. Exit code 1: the target was missed. See bench/README.md.
 */
import { parseArgs } from 'node:util';
import { EventHubProducerClient } from '@azure/event-hubs';
import { startEmulatorProcess } from '../test/support/emulator-process.ts';
import { race } from './support/race.ts';
import { printFigures } from './support/table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '5' },
    events: { type: 'string', default: '200000' },
  },
});
const runs = Number(values.runs);
const partitions = 4;
const perBatch = 500;
const rounds = Math.ceil(Number(values.events) / perBatch / partitions);
const records = rounds * perBatch * partitions;
const topic = 'bench';

const suites = { consume, produce };
if (values.only !== undefined && !(values.only in suites))
  throw new Error(`--only is '${values.only}', expected one of ${Object.keys(suites).join(', ')}`);
let met = true;
for (const [name, suite] of Object.entries(suites)) {
  if (values.only !== undefined && values.only !== name) continue;
  process.stderr.write(`${name}\n`);
  met = (await suite()) && met;
}
process.exitCode = met ? 0 : 1;

async function consume(): Promise<boolean> {
  await using emulator = await startHub(2 ** 31);
  const connectionString = emulator.variables.EVENTHUBS_CONNECTION_STRING ?? '';
  await fill(connectionString);
  const ours = 'Partita handleBatch, a group';
  const bare = '@azure/event-hubs subscribe, tuned';
  const figures = await race(
    [
      { name: ours, start: 'bench/eventhubs/consume/partita-batch.ts' },
      { name: bare, start: 'bench/eventhubs/consume/sdk.ts' },
    ],
    runs,
    { bootstrap: [connectionString], topic, records },
  );
  return printFigures('no-op batches, 1 KiB', figures, [{ name: ours, than: bare, times: 0.9 }]);
}

async function produce(): Promise<boolean> {
  // The oldest go, so that many runs need no more memory than one.
  await using emulator = await startHub(64 * 2 ** 20);
  const connectionString = emulator.variables.EVENTHUBS_CONNECTION_STRING ?? '';
  const ours = 'Partita send';
  const bare = '@azure/event-hubs sendBatch';
  const figures = await race(
    [
      { name: ours, start: 'bench/eventhubs/produce/partita.ts' },
      { name: bare, start: 'bench/eventhubs/produce/sdk.ts' },
    ],
    runs,
    { bootstrap: [connectionString], topic, records },
  );
  return printFigures('1 KiB, 4 partitions', figures, []);
}

function startHub(maxPartitionBytes: number) {
  return startEmulatorProcess([
    ...['--port', '0', '--hub', `${topic}:${partitions}:partita,bare`],
    ...['--max-partition-bytes', String(maxPartitionBytes)],
  ]);
}

async function fill(connectionString: string): Promise<void> {
  const producer = new EventHubProducerClient(connectionString, topic);
  const body = Buffer.alloc(1_024, 'x');
  for (let partition = 0; partition < partitions; partition++) {
    const batch = await producer.createBatch({ partitionId: String(partition) });
    while (batch.count < perBatch) batch.tryAdd({ body });
    for (let round = 0; round < rounds; round++) await producer.sendBatch(batch);
  }
  await producer.close();
}
