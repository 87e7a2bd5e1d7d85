import { type BackendDefinition, partita, silentLogger } from 'partita';
import type { DemoArguments } from './arguments.ts';

/** The broker the demo runs on, and what was started for it. */
export interface DemoBroker extends AsyncDisposable {
  readonly backend: BackendDefinition;
  createTopic(topic: string, partitions: number): Promise<void>;
}

export async function openBroker({ backend, brokers }: DemoArguments): Promise<DemoBroker> {
  if (backend === 'eventhubs') return openEventHubs();
  if (backend === 'memory') return withAdmin((await import('partita/memory')).memory());
  return withAdmin((await import('partita/kafka')).kafka({ brokers, requestTimeoutMs: 5_000 }));
}

function withAdmin(backend: BackendDefinition): DemoBroker {
  return {
    backend,
    async createTopic(topic, partitions) {
      await using app = partita({ backend, clientId: 'demo-admin', logger: silentLogger });
      await app.admin().createTopic({ topic, partitions });
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** The Event Hubs emulator in this process, and Azurite, the storage emulator, for the group. */
async function openEventHubs(): Promise<DemoBroker> {
  const { startEmulator, startStorage } = await import('partita/emulator');
  const { blobCheckpoints, eventHubs } = await import('partita/eventhubs');
  const { ContainerClient } = await import('@azure/storage-blob');
  const container = 'checkpoints';
  await using started = new AsyncDisposableStack();
  const storage = started.use(await startStorage());
  const emulator = started.use(await startEmulator({ hubs: ['unused:1'] }));
  await new ContainerClient(storage.connectionString, container).create();
  const running = started.move();
  return {
    backend: eventHubs({
      connectionString: emulator.connectionString,
      checkpoints: blobCheckpoints({ connectionString: storage.connectionString, container }),
    }),
    createTopic: async (name, partitions) =>
      emulator.addHub({ name, partitions, consumerGroups: 'any' }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
