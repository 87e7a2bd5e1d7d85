import { type BackendDefinition, partita, silentLogger } from 'partita';
import type { Emulator } from 'partita/emulator';
import type { DemoArguments } from './arguments.ts';

/** A broker that the demo runs on. */
export interface DemoBroker {
  readonly backend: BackendDefinition;
  createTopic(topic: string, partitions: number): Promise<void>;
}

/** The brokers of one run, and what was started for them. */
export interface DemoBrokers extends AsyncDisposable {
  readonly all: readonly DemoBroker[];
}

export async function openBrokers({ backend, brokers }: DemoArguments): Promise<DemoBrokers> {
  if (backend === 'both' || backend === 'eventhubs') return openEmulator(backend === 'both');
  const definition =
    backend === 'memory'
      ? (await import('partita/memory')).memory()
      : (await import('partita/kafka')).kafka({ brokers, requestTimeoutMs: 5_000 });
  return { all: [withAdmin(definition)], async [Symbol.asyncDispose]() {} };
}

function withAdmin(backend: BackendDefinition): DemoBroker {
  return {
    backend,
    async createTopic(topic, partitions) {
      await using app = partita({ backend, clientId: 'demo-admin', logger: silentLogger });
      await app.admin().createTopic({ topic, partitions });
    },
  };
}

/** One emulator in this process: AMQP and, when asked for, Kafka over the same log. Azurite keeps the groups of Event Hubs. */
async function openEmulator(withKafka: boolean): Promise<DemoBrokers> {
  const { startEmulator, startStorage } = await import('partita/emulator');
  await using started = new AsyncDisposableStack();
  const storage = started.use(await startStorage());
  const listener = withKafka ? { kafkaPort: 0 } : {};
  const emulator = started.use(await startEmulator({ hubs: ['unused:1'], ...listener }));
  const eventHubs = await onEventHubs(emulator, storage.connectionString);
  const { kafkaBootstrap } = emulator;
  const all =
    kafkaBootstrap === undefined ? [eventHubs] : [await onKafka(kafkaBootstrap), eventHubs];
  const running = started.move();
  return { all, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function onKafka(bootstrap: string): Promise<DemoBroker> {
  const { kafka } = await import('partita/kafka');
  return withAdmin(kafka({ brokers: [bootstrap], requestTimeoutMs: 5_000 }));
}

async function onEventHubs(emulator: Emulator, storage: string): Promise<DemoBroker> {
  const { blobCheckpoints, eventHubs } = await import('partita/eventhubs');
  const { ContainerClient } = await import('@azure/storage-blob');
  const container = 'checkpoints';
  await new ContainerClient(storage, container).create();
  return {
    backend: eventHubs({
      connectionString: emulator.connectionString,
      checkpoints: blobCheckpoints({ connectionString: storage, container }),
    }),
    createTopic: async (name, partitions) =>
      emulator.addHub({ name, partitions, consumerGroups: 'any' }),
  };
}
