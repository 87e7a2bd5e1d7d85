import {
  Consumer,
  MessagesStreamFallbackModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { kafka } from '../../../src/backends/kafka/index.ts';
import { silentLogger } from '../../../src/core/index.ts';
import { type KafkaBroker, kafkaBroker } from '../../../src/emulator/kafka/index.ts';
import { partita, stopPartition } from '../../../src/index.ts';
import { until } from '../../support/until.ts';

const TOPIC = 'moved';
const GROUP = 'movers';
const PARTITIONS = 6;

const start = () => kafkaBroker({ brokers: 3, topics: [{ name: TOPIC, partitions: PARTITIONS }] });

/** Values that were written, and how often each was read. */
class Ledger {
  readonly written: string[] = [];
  readonly read = new Map<string, number>();

  see(value: string): void {
    this.read.set(value, (this.read.get(value) ?? 0) + 1);
  }

  get missing(): readonly string[] {
    return this.written.filter((value) => !this.read.has(value));
  }
}

/** Leaders, the coordinator and whole brokers move, once each, while `write` is called again and again. */
async function trouble(
  broker: KafkaBroker,
  ledger: Ledger,
  write: (values: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const moves: readonly (() => unknown)[] = [
    () => broker.moveLeader(TOPIC, 0),
    () => broker.moveCoordinator(GROUP),
    () => broker.stopBroker(2),
    () => broker.moveLeader(TOPIC, 1),
    () => broker.startBroker(2),
    () => broker.moveLeader(TOPIC, 3, 2),
    () => broker.stopBroker(1),
    () => broker.moveCoordinator(GROUP, 2),
    () => broker.startBroker(1),
  ];
  for (const [round, move] of moves.entries()) {
    const values = Array.from({ length: 40 }, (_, at) => `${round}-${at}`);
    const writing = write(values);
    await move();
    await writing;
    ledger.written.push(...values);
  }
}

describe('moves of leaders, coordinators and brokers', () => {
  it('lose nothing of what Partita writes and reads, and repeat nothing', async () => {
    await using broker = await start();
    const ledger = new Ledger();
    const backend = kafka({ brokers: broker.bootstrapServers });
    await using app = partita({ backend, logger: silentLogger });
    app.consume(TOPIC, {
      group: GROUP,
      start: 'earliest',
      onError: stopPartition(),
      handle: (_, { record }) => ledger.see(record.value?.toString() ?? ''),
    });
    await app.start();
    const producer = app.producer();
    await trouble(broker, ledger, (values) =>
      producer.send(
        TOPIC,
        values.map((value) => ({ key: value, value })),
      ),
    );
    await until('all records are read', () => ledger.missing.length === 0);
    await app.stop();
    expect([...ledger.read.values()].filter((times) => times !== 1)).toEqual([]);
    expect(ledger.read.size).toBe(360);
  });

  it('lose nothing of what KafkaJS writes and reads', async () => {
    await using broker = await start();
    const ledger = new Ledger();
    const client = new Kafka({
      clientId: 'moves',
      brokers: [...broker.bootstrapServers],
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 20 },
    });
    const consumer = client.consumer({
      groupId: GROUP,
      heartbeatInterval: 200,
      maxWaitTimeInMs: 100,
    });
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => ledger.see(String(message.value)),
    });
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    // One record per call: of a call over several brokers KafkaJS drops what moves to a broker that has answered already.
    await trouble(broker, ledger, (values) =>
      Promise.all(
        values.map((value) => producer.send({ topic: TOPIC, messages: [{ key: value, value }] })),
      ),
    );
    await until('all records are read', () => ledger.missing.length === 0);
    await Promise.all([consumer.disconnect(), producer.disconnect()]);
  });

  it('lose nothing of what @platformatic/kafka writes and reads', async () => {
    await using broker = await start();
    const ledger = new Ledger();
    const base = {
      clientId: 'moves',
      bootstrapBrokers: [...broker.bootstrapServers],
      retries: 30,
      retryDelay: 100,
      metadataMaxAge: 200,
    };
    const consumer = new Consumer({ ...base, groupId: GROUP, deserializers: stringDeserializers });
    const stream = await consumer.consume({
      topics: [TOPIC],
      mode: 'committed',
      fallbackMode: MessagesStreamFallbackModes.EARLIEST,
      maxWaitTime: 100,
      sessionTimeout: 10_000,
      heartbeatInterval: 200,
    });
    stream.on('data', ({ value }) => ledger.see(value));
    const producer = new Producer({ ...base, serializers: stringSerializers });
    // One record per call: a call for several partitions of a broker goes on asking that broker when one of them has moved.
    await trouble(broker, ledger, (values) =>
      Promise.all(
        values.map((value) => producer.send({ messages: [{ topic: TOPIC, key: value, value }] })),
      ),
    );
    await until('all records are read', () => ledger.missing.length === 0);
    await stream.close();
    await Promise.all([consumer.close(true), producer.close()]);
  });
});
