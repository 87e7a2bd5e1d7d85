import { Kafka, logLevel } from 'kafkajs';
import { partita, silentLogger } from 'partita';
import { kafka } from 'partita/kafka';
import { broker, type KafkaConnection } from 'partita/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOtherClient } from '../../support/peers/other-clients.ts';

const user = { 'a "user"': 'a \\ word' };
const guarded = [
  { name: 'TLS', options: { tls: true } },
  { name: 'PLAIN', options: { sasl: { users: user } } },
  { name: 'SCRAM-SHA-256', options: { sasl: { users: user, mechanisms: ['SCRAM-SHA-256'] } } },
  {
    name: 'TLS and SCRAM-SHA-512',
    options: { tls: true, sasl: { users: user, mechanisms: ['SCRAM-SHA-512'] } },
  },
  {
    name: 'TLS and the connection string of Event Hubs',
    options: { preset: 'eventhubs', tls: true },
  },
] as const;

const others = (['java', 'librdkafka'] as const).map((name) => {
  const { missing, start } = findOtherClient(name, 'PARTITA_REQUIRE_FOREIGN');
  return { name, missing, client: start?.([]) };
});
afterAll(() => Promise.all(others.map(async ({ client }) => client?.close())));

/** As the line protocol of the other clients' programs has settings. */
const words = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).map(([name, value]) => `${name}=${value.replaceAll('\n', '\\n')}`);

describe.for(guarded)('settings of a test broker with $name let clients in', ({ options }) => {
  let connection: KafkaConnection;
  let local: Awaited<ReturnType<typeof broker>>;
  beforeAll(async () => {
    local = await broker({ topics: ['guarded'], kafka: options });
    connection = local.kafka;
  });
  afterAll(() => local.close());

  it('KafkaJS and Partita', async () => {
    const producer = new Kafka({ ...connection.kafkaJs, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({ topic: 'guarded', messages: [{ value: 'from KafkaJS' }] });
    await producer.disconnect();
    await using app = partita({ backend: kafka(connection.partita), logger: silentLogger });
    const [written] = await app.producer().send('guarded', [{ value: 'from Partita' }]);
    expect(written?.offset).toBe(1);
  });

  it.for(others)('$name', { timeout: 30_000 }, async ({ name, missing, client }, { skip }) => {
    if (client === undefined) return skip(`not to be had here: ${missing}`);
    await client.do('produce', 'guarded', 'none', 0, 1, ...words(connection[name]));
  });
});
