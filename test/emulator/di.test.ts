import type { ContainerModule } from 'inversify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { memoryCheckpointStore } from '../../src/backends/eventhubs/index.ts';
import { type CheckpointStore, silentLogger, stopPartition } from '../../src/core/index.ts';
import {
  appContainer,
  appFrom,
  consumerModule,
  eventHubsModule,
  kafkaModule,
  singleton,
  tokens,
} from '../../src/di/index.ts';
import { text } from '../../src/index.ts';
import { realClock } from '../../src/system/real-clock.ts';
import { broker, type TestBroker } from '../../src/testing/index.ts';
import { until } from '../support/until.ts';

let local: TestBroker;
beforeAll(async () => {
  local = await broker({ topics: ['kafka', 'eventhubs'], eventHubs: true });
});
afterAll(() => local.close());

class Seen {
  readonly values: (string | null)[] = [];
}

class Note {
  readonly #seen: Seen;
  constructor(seen: Seen) {
    this.#seen = seen;
  }
  handle(value: string | null): void {
    this.#seen.values.push(value);
  }
}

/** The same on each broker: only its module differs. */
async function handlesOne(module: ContainerModule, topic: string, store?: CheckpointStore) {
  const container = await appContainer(
    module,
    singleton(Seen, []),
    consumerModule(topic, {
      group: 'billing',
      onError: stopPartition(),
      commit: { everyRecords: 1 },
      value: text(),
      handler: Note,
      inject: [Seen],
    }),
  );
  container.rebind(tokens.logger).toConstantValue(silentLogger);
  if (store !== undefined) container.rebind(tokens.checkpointStore).toConstantValue(store);
  await using app = await appFrom(container);
  await app.start();
  await container.get(tokens.producer).send(topic, { value: 'one' });
  await until('the position is stored', async () => {
    const [position] = await container.get(tokens.admin).committed('billing', [topic]);
    return position?.offset === 1;
  });
  expect(container.get(Seen).values).toEqual(['one']);
}

describe('an application from a container', () => {
  it('runs on Kafka', () => handlesOne(kafkaModule(local.kafka.partita), 'kafka'));

  it('runs on Event Hubs, with its groups in the store that the container was given by a rebind', async () => {
    const named = memoryCheckpointStore(realClock);
    const rebound = memoryCheckpointStore(realClock);
    const [unused, used] = [named, rebound].map((store) => vi.spyOn(store, 'putCheckpoint'));
    const { connectionString } = local.eventHubs;
    const module = eventHubsModule({ connectionString, checkpoints: named });
    await handlesOne(module, 'eventhubs', rebound);
    expect(unused).not.toHaveBeenCalled();
    expect(used).toHaveBeenCalled();
  });
});
