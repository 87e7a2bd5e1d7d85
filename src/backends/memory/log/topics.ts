import type { TopicPartition } from '../../../core/index.ts';
import { type Cancel, formatPartition, PartitaError } from '../../../core/index.ts';
import { PartitionLog } from './partition-log.ts';

/** Unknown topics come into being when they are asked for, with this many partitions. */
export interface AutoCreate {
  readonly partitions: number;
}

/** As Kafka has it (`org.apache.kafka.common.internals.Topic`). */
const legalName = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;

/** All topics of one broker. */
export class Topics {
  readonly #topics = new Map<string, PartitionLog[]>();
  readonly #autoCreate: AutoCreate | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(topics: Readonly<Record<string, number>>, autoCreate: AutoCreate | undefined) {
    this.#autoCreate = autoCreate;
    for (const [topic, partitions] of Object.entries(topics)) this.create(topic, partitions);
  }

  names(): string[] {
    return [...this.#topics.keys()].sort();
  }

  /** Partition count, 0 when there is no such topic. Creates nothing. */
  count(topic: string): number {
    return this.#topics.get(topic)?.length ?? 0;
  }

  /**
   * The logs of a topic, in order of partition; made when `autoCreate` says so.
   * @throws PartitaError `UNKNOWN_TOPIC`
   */
  get(topic: string): readonly PartitionLog[] {
    const found = this.#topics.get(topic);
    if (found !== undefined) return found;
    if (this.#autoCreate === undefined)
      throw new PartitaError(
        'UNKNOWN_TOPIC',
        `Topic ${topic} does not exist; create it with the admin, name it in memory({ topics }), or set autoCreate`,
        { topic },
      );
    this.create(topic, this.#autoCreate.partitions);
    return this.get(topic);
  }

  /** @throws PartitaError `UNKNOWN_TOPIC` or `UNKNOWN_PARTITION` */
  log({ topic, partition }: TopicPartition): PartitionLog {
    const logs = this.get(topic);
    const log = logs[partition];
    if (log !== undefined) return log;
    throw new PartitaError(
      'UNKNOWN_PARTITION',
      `${formatPartition({ topic, partition })} does not exist: topic ${topic} has partitions 0 to ${logs.length - 1}`,
      { topic, partition },
    );
  }

  /** The log when it exists. Creates nothing. */
  find({ topic, partition }: TopicPartition): PartitionLog | undefined {
    return this.#topics.get(topic)?.[partition];
  }

  /** @throws PartitaError `TOPIC_EXISTS` or `INVALID_CONFIG` */
  create(topic: string, partitions: number): void {
    if (this.#topics.has(topic))
      throw new PartitaError('TOPIC_EXISTS', `Topic ${topic} exists already`, { topic });
    this.#grow(topic, [], partitions);
  }

  /** @throws PartitaError `UNKNOWN_TOPIC`, or `INVALID_CONFIG` when the topic has that many already */
  grow(topic: string, partitions: number): void {
    this.#grow(topic, this.existing(topic), partitions);
  }

  /** @throws PartitaError `UNKNOWN_TOPIC` */
  delete(topic: string): void {
    this.existing(topic);
    this.#topics.delete(topic);
    this.#changed();
  }

  /** Calls `run` after topics or partitions came or went, before the caller goes on: only note it there. */
  watch(run: () => void): Cancel {
    this.#watchers.add(run);
    return () => this.#watchers.delete(run);
  }

  /**
   * The logs of a topic, in order of partition. Creates nothing.
   * @throws PartitaError `UNKNOWN_TOPIC`
   */
  existing(topic: string): readonly PartitionLog[] {
    const logs = this.#topics.get(topic);
    if (logs !== undefined) return logs;
    throw new PartitaError('UNKNOWN_TOPIC', `Topic ${topic} does not exist`, { topic });
  }

  #grow(topic: string, logs: readonly PartitionLog[], partitions: number): void {
    if (!legalName.test(topic))
      throw new PartitaError(
        'INVALID_CONFIG',
        `${JSON.stringify(topic)} is no name for a topic: letters, digits, '.', '_' and '-' make one, at most 249`,
        { topic },
      );
    if (!Number.isInteger(partitions) || partitions <= logs.length)
      throw new PartitaError(
        'INVALID_CONFIG',
        `Topic ${topic} cannot get ${partitions} partitions, expected a whole number above ${logs.length}`,
        { topic },
      );
    const more = Array.from(
      { length: partitions - logs.length },
      (_, i) => new PartitionLog(topic, logs.length + i),
    );
    this.#topics.set(topic, [...logs, ...more]);
    this.#changed();
  }

  #changed(): void {
    for (const run of this.#watchers) run();
  }
}
