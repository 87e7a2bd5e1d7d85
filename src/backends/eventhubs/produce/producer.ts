import type { Buffer } from 'node:buffer';
import {
  type BackendEnv,
  Backoff,
  choosePartition,
  PartitaError,
  type PartitionChooser,
  ProduceError,
  type ProducerOptions,
  type ProducerRecord,
  type ProducerSession,
  type RecordMetadata,
  sleep,
} from '../../../core/index.ts';
import { eventHubsPartition, roundRobinPartitioner } from '../../../partitioners/index.ts';
import type { Hubs } from '../sdk/hubs.ts';
import { eventOfRecord, type OutgoingEvent } from './event-of-record.ts';
import { PartitionSender } from './partition-sender.ts';

interface Topic {
  readonly count: number;
  readonly countedMs: number;
}

export interface ProducerDeps {
  readonly env: BackendEnv;
  readonly hubs: Hubs;
  /** How old the number of partitions may get. */
  readonly partitionRefreshMs: number;
}

type Result = RecordMetadata | PartitaError;

/**
 * Writes events. Partition keys are mapped by the service's own hash here, so that events of many keys share a batch and it is
 * known where each was written; the key goes along.
 */
export class EventHubsProducer implements ProducerSession {
  readonly #deps: ProducerDeps;
  readonly #options: ProducerOptions;
  readonly #chooser: PartitionChooser;
  readonly #topics = new Map<string, Topic>();
  readonly #senders = new Map<string, PartitionSender>();
  readonly #sends = new Set<Promise<unknown>>();
  /** Sends of one topic enter its partitions in the order of the calls. */
  readonly #entering = new Map<string, Promise<unknown>>();
  #isClosed = false;

  constructor(deps: ProducerDeps, options: ProducerOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#chooser = (options.partitioner ?? byServiceHash).create(deps.env.random);
  }

  async send(
    topic: string,
    records: readonly ProducerRecord[],
  ): Promise<readonly RecordMetadata[]> {
    if (this.#isClosed)
      throw new PartitaError('CLOSED', `Cannot write to ${topic}: the producer is closed`);
    const deadlineMs = this.#deps.env.clock.now() + this.#options.deliveryTimeoutMs;
    const events = records.map((record) => eventOrError(topic, record));
    const before = this.#entering.get(topic) ?? Promise.resolve();
    const entered = before.then(() => this.#enter(topic, records, events, deadlineMs));
    this.#entering.set(topic, entered);
    const settled = entered.then((results) => Promise.all(results));
    this.#sends.add(settled);
    try {
      const results = await settled;
      if (results.some((result) => PartitaError.is(result))) throw new ProduceError(results);
      return results as readonly RecordMetadata[];
    } finally {
      this.#sends.delete(settled);
    }
  }

  async flush(): Promise<void> {
    const sends = [...this.#sends];
    await Promise.all(this.#entering.values());
    await Promise.all([...this.#senders.values()].map((sender) => sender.flush()));
    await Promise.all(sends);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  /** Puts the records into the queues of their partitions. Never rejects. */
  async #enter(
    topic: string,
    records: readonly ProducerRecord[],
    events: readonly (OutgoingEvent | PartitaError)[],
    deadlineMs: number,
  ): Promise<readonly Promise<Result>[]> {
    let count: number;
    try {
      count = await this.#partitionCount(topic, deadlineMs);
    } catch (error) {
      const failed = PartitaError.is(error) ? error : unexpected(error);
      return events.map(async (event) => (PartitaError.is(event) ? event : failed));
    }
    return events.map(async (event, i) => {
      if (PartitaError.is(event)) return event;
      const partition =
        records[i]?.partition ??
        choosePartition(
          this.#chooser,
          { topic, key: event.key, sizeBytes: event.sizeBytes },
          count,
        );
      if (PartitaError.is(partition)) return partition;
      if (!(Number.isInteger(partition) && partition >= 0 && partition < count))
        return unknownPartition(topic, partition, count);
      const { message, sizeBytes } = event;
      return new Promise<Result>((settle) =>
        this.#sender(topic, partition).add({ message, sizeBytes, deadlineMs, settle }),
      );
    });
  }

  /** Passing errors are waited for until the records are late. */
  async #partitionCount(topic: string, deadlineMs: number): Promise<number> {
    const { env, hubs, partitionRefreshMs } = this.#deps;
    const backoff = new Backoff(env.random, 100, 5_000);
    const known = this.#topics.get(topic);
    if (known !== undefined && env.clock.now() - known.countedMs < partitionRefreshMs)
      return known.count;
    for (;;) {
      try {
        const count = await hubs.partitionCount(topic);
        this.#topics.set(topic, { count, countedMs: env.clock.now() });
        return count;
      } catch (error) {
        if (!PartitaError.is(error) || !error.retriable) throw error;
        if (known !== undefined) return known.count;
        if (env.clock.now() >= deadlineMs) throw error;
        await sleep(env.clock, backoff.next());
      }
    }
  }

  #sender(topic: string, partition: number): PartitionSender {
    const key = `${topic}-${partition}`;
    const known = this.#senders.get(key);
    if (known !== undefined) return known;
    const { env, hubs } = this.#deps;
    const client = hubs.sender(topic);
    const deps = { env, client, cut: () => hubs.cut(topic), options: this.#options };
    const sender = new PartitionSender(deps, topic, partition);
    this.#senders.set(key, sender);
    return sender;
  }
}

/** As the service does it: same key, same partition; without a key in turn. */
const byServiceHash = {
  name: 'eventhubs',
  create(random: () => number): PartitionChooser {
    const inTurn = roundRobinPartitioner().create(random);
    return {
      choose: (record, count) =>
        record.key === null
          ? inTurn.choose(record, count)
          : eventHubsPartition(record.key as Buffer, count),
    };
  },
};

/** What is no event fails alone. */
function eventOrError(topic: string, record: ProducerRecord): OutgoingEvent | PartitaError {
  try {
    return eventOfRecord(record, topic);
  } catch (error) {
    return PartitaError.is(error) ? error : unexpected(error);
  }
}

function unknownPartition(topic: string, partition: number, count: number): PartitaError {
  return new PartitaError(
    'UNKNOWN_PARTITION',
    `There is no partition ${partition} in the event hub ${topic}, which has ${count}`,
    { topic, partition },
  );
}

function unexpected(cause: unknown): PartitaError {
  return new PartitaError('INTERNAL', `A record could not be written: ${String(cause)}`, { cause });
}
