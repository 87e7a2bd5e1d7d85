import type {
  EventHubConsumerClient,
  EventHubProducerClient,
  PartitionProperties,
} from '@azure/event-hubs';
import { PartitaError, type TopicPartition } from '../../../core/index.ts';
import type { EventHubsSettings } from '../options.ts';
import { eventHubsError, isNotFound } from './event-hubs-error.ts';
import { loadSdk } from './load-sdk.ts';

/** Begin and end of a partition, by sequence number. */
export interface LogRange {
  readonly begin: number;
  /** Of the next event to be written. */
  readonly end: number;
  readonly lastToken: string;
  readonly lastEnqueuedMs: number;
}

/** The event hubs of a namespace: a client each for sending and asking, made when first needed. */
export class Hubs {
  readonly #settings: EventHubsSettings;
  readonly #sdk = loadSdk();
  readonly #clients = new Map<string, EventHubProducerClient>();

  constructor(settings: EventHubsSettings) {
    this.#settings = settings;
  }

  /** Hubs that were named by the settings or used since. */
  get known(): readonly string[] {
    return [...new Set([...this.#settings.hubs, ...this.#clients.keys()])];
  }

  sender(hub: string): EventHubProducerClient {
    const known = this.#clients.get(hub);
    if (known !== undefined) return known;
    const { connectionString, credential, namespace, client } = this.#settings;
    const { EventHubProducerClient: Client } = this.#sdk;
    const made = this.#try(hub, () =>
      connectionString !== undefined
        ? new Client(connectionString, hub, client)
        : new Client(namespace, hub, credential as NonNullable<typeof credential>, client),
    );
    this.#clients.set(hub, made);
    return made;
  }

  /**
   * A client for the receivers of one group and hub. With `leveled`, receivers without an owner level have level 0 instead of
   * none: the SDK drops a 0 unless it was given a store, which it reads once per receiver.
   */
  receiver(hub: string, group: string, leveled: boolean): EventHubConsumerClient {
    const { connectionString, credential, namespace, client } = this.#settings;
    const { EventHubConsumerClient: Client } = this.#sdk;
    // A receiver that ended is opened again by us, from where we are; its own loop would begin anew.
    const options = { ...client, loadBalancingOptions: { updateIntervalInMs: 2 ** 31 - 1 } };
    return this.#try(hub, () => {
      if (connectionString !== undefined)
        return leveled
          ? new Client(group, connectionString, hub, emptyStore, options)
          : new Client(group, connectionString, hub, options);
      const token = credential as NonNullable<typeof credential>;
      return leveled
        ? new Client(group, namespace, hub, token, emptyStore, options)
        : new Client(group, namespace, hub, token, options);
    });
  }

  /** @throws PartitaError `UNKNOWN_TOPIC` when there is no such hub. */
  async partitionCount(hub: string): Promise<number> {
    try {
      return (await this.sender(hub).getPartitionIds()).length;
    } catch (error) {
      if (isNotFound(error)) await this.#forget(hub);
      throw eventHubsError(`look up the event hub ${hub}`, error, { topic: hub });
    }
  }

  async partitionCounts(hubs: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return new Map(
      await Promise.all(hubs.map(async (hub) => [hub, await this.partitionCount(hub)] as const)),
    );
  }

  async range({ topic, partition }: TopicPartition): Promise<LogRange> {
    try {
      return rangeOf(await this.sender(topic).getPartitionProperties(String(partition)));
    } catch (error) {
      throw eventHubsError(`look up ${topic}-${partition}`, error, { topic, partition });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
    this.#clients.clear();
  }

  async #forget(hub: string): Promise<void> {
    const client = this.#clients.get(hub);
    this.#clients.delete(hub);
    await client?.close();
  }

  #try<T>(hub: string, make: () => T): T {
    try {
      return make();
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new PartitaError(
        'INVALID_CONFIG',
        `The client for the event hub ${hub} could not be made: ${message}. Check connectionString and the name of the hub`,
        { cause, topic: hub },
      );
    }
  }
}

function rangeOf(given: PartitionProperties): LogRange {
  const end = given.lastEnqueuedSequenceNumber + 1;
  return {
    begin: given.isEmpty ? end : given.beginningSequenceNumber,
    end,
    lastToken: given.lastEnqueuedOffset,
    lastEnqueuedMs: given.lastEnqueuedOnUtc.getTime(),
  };
}

const emptyStore = {
  listOwnership: async (): Promise<[]> => [],
  claimOwnership: async (): Promise<[]> => [],
  listCheckpoints: async (): Promise<[]> => [],
  updateCheckpoint: async (): Promise<void> => {},
};
