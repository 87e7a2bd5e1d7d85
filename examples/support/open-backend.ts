import { parseArgs } from 'node:util';
import { type BackendDefinition, partita, silentLogger } from 'partita';

/** Where an example runs, and what was started for it. */
export interface OpenBackend extends AsyncDisposable {
  readonly backend: BackendDefinition;
}

/**
 * Takes the broker that the command line or the environment names, and sees to it that the topics are there:
 *
 * - `--on memory` (the default): a broker in this process, without a protocol;
 * - `--on kafka`: Kafka at `KAFKA_BROKERS`, else an embedded broker;
 * - `--on eventhubs`: the emulator, over AMQP.
 */
export async function openBackend(topics: Readonly<Record<string, number>>): Promise<OpenBackend> {
  const { on } = parseArgs({ options: { on: { type: 'string', default: 'memory' } } }).values;
  if (on === 'memory') {
    const { memory } = await import('partita/memory');
    return { backend: memory({ topics }), async [Symbol.asyncDispose]() {} };
  }
  const brokers = process.env.KAFKA_BROKERS;
  if (on === 'kafka' && brokers !== undefined) return onKafka(brokers.split(','), topics);
  if (on === 'kafka' || on === 'eventhubs') return onEmbedded(on, topics);
  throw new Error(`--on is ${on}, expected memory, kafka or eventhubs`);
}

async function onKafka(
  brokers: readonly string[],
  topics: Readonly<Record<string, number>>,
): Promise<OpenBackend> {
  const { kafka } = await import('partita/kafka');
  const backend = kafka({ brokers });
  await using app = partita({ backend, logger: silentLogger });
  const admin = app.admin();
  const there = new Set((await admin.topics()).map(({ topic }) => topic));
  for (const [topic, partitions] of Object.entries(topics))
    if (!there.has(topic)) await admin.createTopic({ topic, partitions });
  return { backend, async [Symbol.asyncDispose]() {} };
}

async function onEmbedded(
  on: 'kafka' | 'eventhubs',
  topics: Readonly<Record<string, number>>,
): Promise<OpenBackend> {
  const { broker } = await import('partita/testing');
  const list = Object.entries(topics).map(([name, partitions]) => ({ name, partitions }));
  const local = await broker({ topics: list, eventHubs: on === 'eventhubs' });
  const close = { [Symbol.asyncDispose]: () => local.close() };
  if (on === 'kafka') {
    const { kafka } = await import('partita/kafka');
    return { backend: kafka({ brokers: [local.kafka.bootstrap] }), ...close };
  }
  const { eventHubs, memoryCheckpointStore } = await import('partita/eventhubs');
  const { connectionString } = local.eventHubs;
  return {
    backend: eventHubs({ connectionString, checkpoints: memoryCheckpointStore(Date) }),
    ...close,
  };
}
