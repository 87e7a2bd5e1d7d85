import { EventHubProducerClient } from '@azure/event-hubs';
import { type Emulator, type EmulatorOptions, startEmulator } from 'partita/emulator';
import { VirtualClock } from 'partita/testing';
import { afterEach, expect, it } from 'vitest';
import { readEvents } from '../support/event-hubs/read-events.ts';

let emulator: Emulator;
let producer: EventHubProducerClient;
const warnings: unknown[] = [];
const logger = {
  debug: () => {},
  info: () => {},
  warn: (message: string, fields?: object) => warnings.push({ message, ...fields }),
  error: () => {},
};

async function start(options: Partial<EmulatorOptions>): Promise<void> {
  emulator = await startEmulator({ hubs: ['orders:1'], logger, ...options });
  producer = new EventHubProducerClient(emulator.connectionString, 'orders');
}
afterEach(async () => {
  warnings.length = 0;
  await producer.close();
  await emulator.close();
});

const partition = () => emulator.state.hubs[0]?.partitions[0];
const batch = (count: number, size: number) =>
  Array.from({ length: count }, () => ({ body: Buffer.alloc(size) }));

it('a partition stays within its bytes, says what it dropped, and is read from where it begins now', async () => {
  await start({ maxPartitionBytes: 100_000 });
  for (let i = 0; i < 10; i++) await producer.sendBatch(batch(50, 1000), { partitionId: '0' });
  const { bytes = 0, beginningSequenceNumber = 0, dropped } = partition() ?? {};
  expect(bytes).toBeLessThanOrEqual(100_000);
  expect(dropped).toMatchObject({ byBytes: beginningSequenceNumber, byAge: 0 });
  expect(await producer.getPartitionProperties('0')).toMatchObject({ beginningSequenceNumber });
  const left = 500 - beginningSequenceNumber;
  const events = await readEvents(emulator.connectionString, { hub: 'orders', count: left });
  expect(events[0]?.sequenceNumber).toBe(beginningSequenceNumber);
  expect(warnings).toEqual([
    expect.objectContaining({ hub: 'orders', partition: '0', droppedByAge: 0 }),
  ]);
});

it('events older than the retention are gone, without any new ones coming in', async () => {
  const clock = new VirtualClock({ startMs: Date.now() });
  await start({ retentionMs: 60_000, clock });
  await producer.sendBatch(batch(3, 10), { partitionId: '0' });
  await clock.advance(50_000);
  await producer.sendBatch(batch(2, 10), { partitionId: '0' });
  await clock.advance(20_000);
  const { beginningSequenceNumber } = await producer.getPartitionProperties('0');
  expect(beginningSequenceNumber).toBe(3);
  expect(partition()?.dropped).toMatchObject({ byBytes: 0, byAge: 3 });
});
