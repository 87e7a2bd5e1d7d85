import { execFileSync } from 'node:child_process';
import { EventHubConsumerClient, earliestEventPosition } from '@azure/event-hubs';
import { Kafka, logLevel } from 'kafkajs';
import { PartitaError, partita, silentLogger } from 'partita';
import { kafka } from 'partita/kafka';
import { broker, toProperties } from 'partita/testing';
import { describe, expect, it } from 'vitest';

/** Runs statements in a process of their own, where `loaded` counts modules of a package. */
function alone(statements: string): unknown {
  const program = `
    import { Module } from 'node:module';
    const testing = await import(${JSON.stringify(new URL('../../../src/testing/index.ts', import.meta.url).href)});
    const loaded = (name) => Object.keys(Module._cache).filter((path) => path.includes('/' + name + '/')).length;
    const say = (value) => process.stdout.write(JSON.stringify(value));
    ${statements}`;
  const args = ['--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

const code = async (run: () => unknown): Promise<unknown> => {
  try {
    await run();
    return undefined;
  } catch (error) {
    return PartitaError.is(error) ? error.code : error;
  }
};

describe('a test broker', () => {
  it('has topics from the start and later', async () => {
    await using local = await broker({
      topics: ['one', { name: 'two', partitions: 3 }],
      kafka: { defaultPartitions: 2 },
    });
    local.createTopic('three');
    local.createTopic('four', 5);
    const topics = local.state.topics.map(({ name, partitions }) => [name, partitions.length]);
    expect(topics).toEqual([
      ['one', 2],
      ['two', 3],
      ['three', 2],
      ['four', 5],
    ]);
    expect(await code(() => local.createTopic('three'))).toBe('TOPIC_EXISTS');
    expect(await code(() => local.createTopic('no/name', 0))).toBe('INVALID_CONFIG');
    expect(await code(() => local.eventHubs)).toBe('INVALID_CONFIG');
  });

  it('makes trouble on demand', async () => {
    await using local = await broker({ topics: ['orders'] });
    local.faults.answer({ api: 'Produce', error: 'TOPIC_AUTHORIZATION_FAILED' });
    const producer = new Kafka({ ...local.kafka.kafkaJs, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    const send = () => producer.send({ topic: 'orders', messages: [{ value: 'x' }] });
    await expect(send()).rejects.toThrow(/authorized/i);
    expect((await send())[0]?.baseOffset).toBe('0');
    await producer.disconnect();
  });

  it('is reached inside the process when it opens no port', async () => {
    await using local = await broker({ topics: ['orders'], kafka: { transport: 'pipe' } });
    const producer = new Kafka({ ...local.kafka.kafkaJs, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({ topic: 'orders', messages: [{ value: 'by KafkaJS' }] });
    await producer.disconnect();
    await using app = partita({ backend: kafka(local.kafka.partita), logger: silentLogger });
    const [written] = await app.producer().send('orders', [{ value: 'by Partita' }]);
    expect(written?.offset).toBe(1);
  });

  it('is read over AMQP what was written over Kafka, when AMQP was asked for', async () => {
    await using local = await broker({
      topics: [{ name: 'orders', partitions: 1 }],
      eventHubs: true,
    });
    local.createTopic('later', 1);
    const producer = new Kafka({ ...local.kafka.kafkaJs, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({ topic: 'later', messages: [{ key: 'k', value: 'by Kafka' }] });
    await producer.disconnect();
    const reader = new EventHubConsumerClient('any', local.eventHubs.connectionString, 'later');
    const event = await new Promise((resolve, reject) => {
      reader.subscribe(
        {
          processEvents: async ([first]) => {
            if (first !== undefined) resolve({ body: String(first.body), key: first.partitionKey });
          },
          processError: async (error) => reject(error),
        },
        { startPosition: earliestEventPosition, skipParsingBodyAsJson: true },
      );
    });
    await reader.close();
    expect(event).toEqual({ body: 'by Kafka', key: 'k' });
  });

  it('names all settings that both listeners have in common and that belong elsewhere', async () => {
    const options = { kafka: { maxBytes: 1, retentionMs: 5 }, eventHubs: true };
    await expect(broker(options)).rejects.toThrow(
      /kafka\.maxBytes .* eventHubs\.maxBytes; kafka\.retentionMs/,
    );
  });

  it('writes properties as Java reads them', () => {
    expect(toProperties({ a: 'b', pem: 'one\ntwo\\' })).toBe('a=b\npem=one\\ntwo\\\\\n');
  });

  it('needs nothing of AMQP until that is asked for, and nothing of a broker to be imported', () => {
    const [imported, running, both] = alone(`
      const imported = [loaded('rhea'), loaded('@node-rs/crc32'), loaded('kafkajs')];
      const local = await testing.broker({ topics: ['orders'] });
      const running = [loaded('rhea'), loaded('kafkajs')];
      await local.close();
      const two = await testing.broker({ eventHubs: true });
      const both = loaded('rhea') > 0;
      await two.close();
      say([imported, running, both]);
    `) as [number[], number[], boolean];
    expect(imported).toEqual([0, 0, 0]);
    expect(running).toEqual([0, 0]);
    expect(both).toBe(true);
  });
});
