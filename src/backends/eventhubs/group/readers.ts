import type { EventHubConsumerClient } from '@azure/event-hubs';
import {
  type BackendEnv,
  formatPartition,
  type GroupOptions,
  type PartitaError,
  type Position,
  type TopicPartition,
} from '../../../core/index.ts';
import type { EventHubsSettings } from '../options.ts';
import { CreditWindow } from '../receive/credit-window.ts';
import { recordKey } from '../receive/event-record.ts';
import { PartitionReceiver, type ReceiverDeps } from '../receive/partition-receiver.ts';
import { watchConnections } from '../sdk/connection-watch.ts';
import type { Hubs } from '../sdk/hubs.ts';
import { ReadFailures } from './read-failures.ts';

/** Reads of this group when none is named; it exists in every event hub. */
const DEFAULT_GROUP = '$Default';

export interface SessionDeps {
  readonly settings: EventHubsSettings;
  readonly hubs: Hubs;
  readonly env: BackendEnv;
}

interface Told extends Pick<ReceiverDeps, 'deliver' | 'failed' | 'stolen' | 'groupMissing'> {
  /** All partitions are read again. */
  recovered(): void;
}

/** The receivers of one session, over one connection per event hub. */
export class Readers {
  readonly #deps: SessionDeps;
  readonly #options: GroupOptions;
  readonly #told: Told;
  readonly #clients = new Map<string, EventHubConsumerClient>();
  readonly #credit = new Map<string, CreditWindow>();
  readonly #receivers = new Map<string, PartitionReceiver>();
  readonly #failures: ReadFailures;
  /** By topic: its client's connection of now stands. */
  readonly #standing = new Map<string, Promise<unknown>>();
  #asking = new AbortController();

  constructor(deps: SessionDeps, options: GroupOptions, told: Told) {
    this.#deps = deps;
    this.#options = options;
    this.#told = told;
    this.#failures = new ReadFailures(deps.env.clock, () => told.recovered());
  }

  /** Why a partition is not read at the moment, if one is not. */
  get failure(): PartitaError | undefined {
    return this.#failures.any;
  }

  client(topic: string): EventHubConsumerClient {
    const known = this.#clients.get(topic);
    if (known !== undefined) return known;
    const { hubs, env } = this.#deps;
    const leveled = this.#told.stolen !== undefined;
    const client = hubs.receiver(topic, this.#options.group ?? DEFAULT_GROUP, leveled);
    const ofTopic = () =>
      [...this.#receivers.values()].filter(({ place }) => place.topic === topic);
    const credit = new CreditWindow((partition) => {
      const place = { topic, partition: Number(partition) };
      return this.#receivers.get(formatPartition(place))?.window;
    });
    this.#credit.set(topic, credit);
    const isWatched = watchConnections(client, (connection) => {
      this.#standing.delete(topic);
      credit.hold(connection);
      connection.on?.('disconnected', () => {
        for (const receiver of ofTopic()) receiver.cut();
      });
    });
    if (!isWatched)
      env.log.warn(
        'This version of @azure/event-hubs does not let its connections be watched: a partition may hold more in memory than prefetch says, and notices a cut connection late',
      );
    this.#clients.set(topic, client);
    return client;
  }

  open(place: TopicPartition, position: Position, ownerLevel: number): void {
    const { hubs, settings, env } = this.#deps;
    const { outOfRange, fetch } = this.#options;
    const { stolen, failed } = this.#told;
    const receiver = new PartitionReceiver(
      {
        ...this.#told,
        failed: (error, partition) => {
          if (error.retriable && partition === undefined) this.#failures.add(place, error);
          failed(error, partition);
        },
        works: () => this.#failures.end(place),
        ...(stolen !== undefined && {
          stolen: () => {
            const error = this.#failures.addTheft(place);
            stolen(place);
            if (error !== undefined) failed(error);
          },
        }),
        handedOn: (partition, events) =>
          this.#credit.get(place.topic)?.handedOn(String(partition), events),
        env,
        hubs,
        client: this.client(place.topic),
        connected: () => this.#connected(place.topic),
        keyOf: settings.keyOf ?? recordKey,
        prefetch: settings.prefetch,
        maxBytes: fetch.maxBytesPerPartition,
        outOfRange,
      },
      place,
      position,
      ownerLevel,
    );
    this.#receivers.set(formatPartition(place), receiver);
    receiver.start();
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const receiver of this.#of(partitions)) receiver.pause();
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const receiver of this.#of(partitions)) receiver.resume();
  }

  seek(partition: TopicPartition, position: Position): void {
    for (const receiver of this.#of([partition])) receiver.seek(position);
  }

  setOwnerLevel(partition: TopicPartition, ownerLevel: number): void {
    for (const receiver of this.#of([partition])) receiver.setOwnerLevel(ownerLevel);
  }

  /**
   * Asks for something, so that the connection and its authorization stand before partitions are read. A subscription that is
   * closed while the SDK still makes them aborts that for all partitions, and those that begin next get nothing, and no error either.
   */
  #connected(topic: string): Promise<unknown> {
    const known = this.#standing.get(topic);
    if (known !== undefined) return known;
    const standing = this.client(topic).getPartitionIds({ abortSignal: this.#asking.signal });
    this.#standing.set(topic, standing);
    // Whoever reads sees the error; the next one tries again.
    standing.catch(() => {
      if (this.#standing.get(topic) === standing) this.#standing.delete(topic);
    });
    return standing;
  }

  /** Nothing of these is pushed from the call on; resolves when their links are closed. */
  async close(partitions: readonly TopicPartition[]): Promise<void> {
    const receivers = this.#of(partitions);
    for (const { place } of receivers) {
      this.#receivers.delete(formatPartition(place));
      this.#failures.closed(place);
    }
    await Promise.all(receivers.map((receiver) => receiver.close()));
  }

  async closeAll(): Promise<void> {
    await this.close([...this.#receivers.values()].map(({ place }) => place));
    this.#failures.clear();
    // What is asked of a closed client waits for its time-out, and the process with it.
    this.#asking.abort();
    this.#asking = new AbortController();
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    this.#standing.clear();
    await Promise.all(clients.map((client) => this.#deps.hubs.dismiss(client)));
  }

  #of(partitions: readonly TopicPartition[]): PartitionReceiver[] {
    return partitions.flatMap((partition) => this.#receivers.get(formatPartition(partition)) ?? []);
  }
}
