import type {
  EventHubConsumerClient,
  EventHubProducerClient,
  PartitionProperties,
} from '@azure/event-hubs';
import { type BackendEnv, PartitaError, type TopicPartition } from '../../../core/index.ts';
import type { EventHubsSettings } from '../options.ts';
import { closeInTime } from './close-in-time.ts';
import { watchConnections } from './connection-watch.ts';
import { causeOf, eventHubsError, isNotFound } from './event-hubs-error.ts';
import { keepNobodyForSilence } from './idle-timers.ts';
import { stopLateRenewals } from './late-renewals.ts';
import { loadSdk } from './load-sdk.ts';
import { toldCredential } from './told-credential.ts';

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
  readonly #env: BackendEnv;
  readonly #sdk = loadSdk();
  readonly #clients = new Map<string, EventHubProducerClient>();
  readonly #cuts = new Map<string, AbortController>();

  constructor(settings: EventHubsSettings, env: BackendEnv) {
    this.#env = env;
    const { credential } = settings;
    this.#settings = { ...settings, credential: credential && toldCredential(credential) };
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
    watchConnections(made, (connection) => {
      connection.on?.('disconnected', (context) => {
        this.#cuts.get(hub)?.abort(context?.error ?? closed);
        this.#cuts.delete(hub);
      });
    });
    return made;
  }

  /** Aborted, with what cut it, when the connection for sending and asking is gone: calls under way would wait for their time-out. */
  cut(hub: string): AbortSignal {
    const known = this.#cuts.get(hub) ?? new AbortController();
    this.#cuts.set(hub, known);
    return known.signal;
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
    const cut = this.cut(hub);
    try {
      return (await this.sender(hub).getPartitionIds({ abortSignal: cut })).length;
    } catch (failure) {
      const error = causeOf(failure, cut);
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
    const cut = this.cut(topic);
    try {
      const options = { abortSignal: cut };
      return rangeOf(await this.sender(topic).getPartitionProperties(String(partition), options));
    } catch (error) {
      const details = { topic, partition };
      throw eventHubsError(`look up ${topic}-${partition}`, causeOf(error, cut), details);
    }
  }

  /** Closes a client or a receiver of the SDK; never fails, and never waits for long. */
  dismiss(part: { close(): Promise<void> }): Promise<void> {
    return closeInTime(part, this.#env);
  }

  async close(): Promise<void> {
    // What was asked of a client that is closed waits for its time-out, and the process with it.
    for (const cut of this.#cuts.values()) cut.abort(closed);
    this.#cuts.clear();
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    await Promise.all(clients.map((client) => this.dismiss(client)));
  }

  async #forget(hub: string): Promise<void> {
    const client = this.#clients.get(hub);
    this.#clients.delete(hub);
    if (client !== undefined) await this.dismiss(client);
  }

  /** What the SDK throws may have the connection string in it. */
  #try<T extends EventHubConsumerClient | EventHubProducerClient>(hub: string, make: () => T): T {
    try {
      const client = make();
      stopLateRenewals(client);
      keepNobodyForSilence(client);
      return client;
    } catch {
      const { entityPath } = this.#settings;
      throw new PartitaError(
        'INVALID_CONFIG',
        entityPath === undefined || entityPath === hub
          ? `There can be no client for the event hub ${hub}: connectionString cannot be used. Check its Endpoint and key`
          : `connectionString is that of the event hub ${entityPath} (EntityPath), not of ${hub}: give that of the namespace, or correct the name of the hub`,
        { topic: hub },
      );
    }
  }
}

/** What is said of a connection that ended without a word. */
const closed = Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });

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
