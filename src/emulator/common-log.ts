import { randomBytes } from 'node:crypto';
import { type Clock, type Logger, PartitaError } from '../core/index.ts';
import { DropReport } from './drop-report.ts';
import { Folder } from './folder/folder.ts';
import { forgetfulJournal, type Journal } from './journal.ts';
import { MemoryBudget } from './kafka-log/memory-budget.ts';
import type { Topic } from './kafka-log/topic.ts';
import { topicConfigDefaults } from './kafka-log/topic-configs.ts';
import { Topics } from './kafka-log/topics.ts';

/** Of the log all listeners share. */
export interface CommonLogOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Bytes kept per partition. */
  readonly maxPartitionBytes: number;
  /** Bytes kept in memory, by all partitions together. */
  readonly maxBytes: number;
  readonly retentionMs: number;
  /** Where all is kept beyond the life of the process. */
  readonly folder?: string | undefined;
}

/** The words in which one protocol or the other speaks of it. */
export interface LogManners {
  /** What a topic is called in reports. */
  readonly topicWord: 'hub' | 'topic';
  /** Of topics whose makers do not say otherwise. */
  readonly defaultConfigs?: ReadonlyMap<string, string>;
}

const NEXT_PRODUCER_ID = ['next-producer-id'] as const;
const CLUSTER_ID = ['cluster-id'] as const;

/** The log under all listeners of one emulator or broker: what is sent over one protocol is read over the other. */
export class CommonLog {
  readonly topics: Topics;
  /** Of what outlives the process beside topics and records. */
  readonly journal: Journal;
  readonly #folder: Folder | undefined;
  readonly #clock: Clock;
  #producerIds = 1;

  /**
   * @throws InvalidConfigError when the folder is none, or one of something else.
   * @throws PartitaError `UNAVAILABLE` when another process works in the folder.
   */
  constructor(options: CommonLogOptions, { topicWord, defaultConfigs }: LogManners) {
    const { clock, logger, maxPartitionBytes, maxBytes, retentionMs } = options;
    this.#clock = clock;
    this.#folder = options.folder === undefined ? undefined : new Folder(options.folder, logger);
    this.journal = this.#folder?.journal ?? forgetfulJournal;
    const report = new DropReport(clock, logger);
    this.topics = new Topics(
      { maxBytes: maxPartitionBytes, maxAgeMs: retentionMs },
      {
        budget: new MemoryBudget(maxBytes),
        now: () => clock.now(),
        dropped: (name, partition, log) =>
          report.check(log, { [topicWord]: name, partition: String(partition) }),
        ...(defaultConfigs !== undefined && { defaultConfigs }),
        ...(this.#folder !== undefined && { keeper: this.#folder }),
      },
    );
    try {
      this.#restore(clock.now());
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The topic of that name: made when there is none, and with more partitions when it was kept with fewer. */
  openTopic(name: string, partitions: number): Topic {
    const kept = this.topics.get(name);
    if (kept === undefined) return this.topics.create(name, partitions);
    if (kept.partitions.length < partitions) this.topics.grow(kept, partitions);
    return kept;
  }

  /**
   * Leaves the last record of each key in every partition of the topic, and drops deletions that were kept for its
   * `delete.retention.ms`. Returns how many records went.
   *
   * @throws PartitaError `UNKNOWN_TOPIC`.
   */
  compact(name: string): number {
    const topic = this.topics.get(name);
    if (topic === undefined) {
      const known = this.topics.all.map((each) => each.name).join(', ');
      const message = `There is no topic '${name}' to compact; there are: ${known}.`;
      throw new PartitaError('UNKNOWN_TOPIC', message, { topic: name });
    }
    const nowMs = this.#clock.now();
    const tombstonesMs = Number(
      topic.configs.get('delete.retention.ms') ?? topicConfigDefaults['delete.retention.ms'],
    );
    return topic.partitions.reduce(
      (removed, partition) => removed + partition.compact(nowMs, tombstonesMs),
      0,
    );
  }

  /** Takes the next producer id nobody has, of either protocol. */
  readonly nextProducerId = (): number => {
    const id = this.#producerIds++;
    this.journal.set(NEXT_PRODUCER_ID, this.#producerIds);
    return id;
  };

  /** A name for the cluster, which stays the same as long as its folder. */
  clusterId(): string {
    for (const [, id] of this.journal.entries(CLUSTER_ID[0])) return String(id);
    const id = randomBytes(16).toString('base64url');
    this.journal.set(CLUSTER_ID, id);
    return id;
  }

  /** Gives the folder back; nothing may be appended any more. */
  close(): void {
    this.#folder?.close();
  }

  #restore(nowMs: number): void {
    if (this.#folder === undefined) return;
    for (const kept of this.#folder.topics()) {
      const topic = this.topics.restore(kept);
      for (const [index, partition] of topic.partitions.entries()) {
        const { segments, startOffset } = this.#folder.recordsOf(kept.id, index);
        partition.restore(segments, startOffset, nowMs);
      }
    }
    for (const [, next] of this.journal.entries(NEXT_PRODUCER_ID[0]))
      this.#producerIds = Number(next);
  }
}
