import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventData, EventHubProducerClient } from '@azure/event-hubs';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EmulatorProcess, startEmulatorProcess } from '../support/emulator-process.ts';
import { quickRetries, readEvents } from '../support/event-hubs/read-events.ts';
import { until } from '../support/until.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partita-restart-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (): Promise<EmulatorProcess> =>
  startEmulatorProcess([
    ...['--port', '0', '--kafka-port', '0', '--hub', 'orders:2', '--folder', folder],
  ]);

const amqpOf = ({ variables }: EmulatorProcess) => variables.EVENTHUBS_CONNECTION_STRING ?? '';
const kafkaOf = ({ variables: { KAFKA_BOOTSTRAP = '' } }: EmulatorProcess): Kafka =>
  new Kafka({ clientId: 'test', brokers: [KAFKA_BOOTSTRAP], logLevel: logLevel.NOTHING });

async function send(emulator: EmulatorProcess, events: EventData[]): Promise<void> {
  const producer = new EventHubProducerClient(amqpOf(emulator), 'orders', quickRetries);
  await producer.sendBatch(events, { partitionId: '0' });
  await producer.close();
}

/** Reads in a group that commits, from where it has committed. */
async function consume(client: Kafka, count: number): Promise<string[]> {
  const consumer = client.consumer({ groupId: 'billing', maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  const seen: string[] = [];
  await consumer.run({
    eachMessage: async ({ message: { offset, value } }) => {
      seen.push(`${offset} ${value}`);
    },
  });
  await until(`${count} records are read`, () => seen.length >= count);
  await consumer.stop();
  await consumer.disconnect();
  return seen;
}

it('what was acknowledged before a kill -9 is there when the emulator starts again, over both protocols', async () => {
  const first = await start();
  const before = kafkaOf(first);
  await send(first, [{ body: Buffer.from('a'), messageId: 'm', properties: { yes: true } }]);
  const writer = before.producer({ idempotent: true, maxInFlightRequests: 1 });
  await writer.connect();
  await writer.send({ topic: 'orders', messages: [{ partition: 0, key: 'k', value: 'b' }] });
  await writer.disconnect();
  const transactional = before.producer({ transactionalId: 'tx', idempotent: true });
  await transactional.connect();
  const transaction = await transactional.transaction();
  await transaction.send({ topic: 'orders', messages: [{ partition: 1, value: 'never' }] });
  expect(await consume(before, 2)).toEqual(['0 a', '1 b']);
  await send(first, [{ body: Buffer.from('c') }]);

  await expect(start()).rejects.toThrow(`is used by process ${first.pid}`);
  process.kill(first.pid, 'SIGKILL');
  expect(await first.stop()).toMatchObject({ code: null });
  await transactional.disconnect();

  await using second = await start();
  const after = kafkaOf(second);
  const events = await readEvents(amqpOf(second), { hub: 'orders', count: 3 });
  expect(events.map(({ sequenceNumber, body }) => [sequenceNumber, String(body)])).toEqual([
    [0, 'a'],
    [1, 'b'],
    [2, 'c'],
  ]);
  expect(events[0]).toMatchObject({ messageId: 'm', properties: { yes: true } });
  expect(await consume(after, 1)).toEqual(['2 c']);
  // The next producer of the name fences the one that was killed, and ends what it left open.
  const next = after.producer({ transactionalId: 'tx', idempotent: true });
  await next.connect();
  const again = await next.transaction();
  await again.send({ topic: 'orders', messages: [{ partition: 1, value: 'for good' }] });
  await again.commit();
  await next.disconnect();
  const [kept] = await readEvents(amqpOf(second), { hub: 'orders', partition: '1', count: 1 });
  expect(String(kept?.body)).toBe('for good');
});
