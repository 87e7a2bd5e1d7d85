import { EventHubProducerClient } from '@azure/event-hubs';
import { Kafka, logLevel } from 'kafkajs';
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

it('all partitions together stay within their bytes, over both protocols, and say whose events went', async () => {
  await start({ hubs: ['orders:2'], kafkaPort: 0, maxBytes: 2_000_000 });
  for (const partitionId of ['0', '1'])
    for (let i = 0; i < 30; i++) await producer.sendBatch(batch(50, 1000), { partitionId });
  const [old, young] = emulator.state.hubs[0]?.partitions ?? [];
  expect((old?.bytes ?? 0) + (young?.bytes ?? 0)).toBeLessThanOrEqual(2_000_000);
  expect(old?.beginningSequenceNumber).toBeGreaterThan(500);
  expect(old?.dropped).toMatchObject({ byMemory: old?.beginningSequenceNumber, byBytes: 0 });
  expect(young).toMatchObject({ lastSequenceNumber: 1499 });
  expect(warnings).toContainEqual(expect.objectContaining({ hub: 'orders', partition: '0' }));
  const client = new Kafka({
    brokers: [emulator.kafkaBootstrap ?? ''],
    logLevel: logLevel.NOTHING,
  });
  const admin = client.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets('orders');
  await admin.disconnect();
  expect(offsets.map(({ low }) => Number(low)).sort((a, b) => a - b)).toEqual(
    [old, young].map((one) => one?.beginningSequenceNumber ?? -1).sort((a, b) => a - b),
  );
  const topic = emulator.kafka?.state.topics[0];
  expect(topic?.partitions[0]?.dropped).toEqual(old?.dropped);
});
