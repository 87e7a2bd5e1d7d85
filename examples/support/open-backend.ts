import { parseArgs } from 'node:util';
import type { BackendDefinition } from 'partita';
import type { Topics } from './open-kafka.ts';

/** Where an example runs, and what was started for it. */
export interface OpenBackend extends AsyncDisposable {
  readonly backend: BackendDefinition;
  /** Of Kafka, for other processes. */
  readonly brokers?: readonly string[];
}

/**
 * Takes the broker that the command line or the environment names, and sees to it that the topics are there:
 *
 * - `--on memory` (the default): a broker in this process, without a protocol;
 * - `--on kafka`: Kafka at `KAFKA_BROKERS`, else an embedded broker;
 * - `--on eventhubs`: the emulator, over AMQP.
 */
export async function openBackend(topics: Topics): Promise<OpenBackend> {
  const { on } = parseArgs({ options: { on: { type: 'string', default: 'memory' } } }).values;
  switch (on) {
    case 'memory': {
      const { memory } = await import('partita/memory');
      return { backend: memory({ topics }), async [Symbol.asyncDispose]() {} };
    }
    case 'kafka': {
      const { openKafka } = await import('./open-kafka.ts');
      const { kafka } = await import('partita/kafka');
      const opened = await openKafka(topics);
      const { brokers } = opened;
      const close = () => opened[Symbol.asyncDispose]();
      return { backend: kafka({ brokers }), brokers, [Symbol.asyncDispose]: close };
    }
    case 'eventhubs':
      return onEmulator(topics);
    default:
      throw new Error(`--on is ${on}, expected memory, kafka or eventhubs`);
  }
}

async function onEmulator(topics: Topics): Promise<OpenBackend> {
  const { broker } = await import('partita/testing');
  const { eventHubs, memoryCheckpointStore } = await import('partita/eventhubs');
  const list = Object.entries(topics).map(([name, partitions]) => ({ name, partitions }));
  const local = await broker({ topics: list, eventHubs: true });
  const { connectionString } = local.eventHubs;
  const checkpoints = memoryCheckpointStore(Date);
  return {
    backend: eventHubs({ connectionString, checkpoints }),
    [Symbol.asyncDispose]: () => local.close(),
  };
}
