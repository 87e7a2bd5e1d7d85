import type { Clock, Logger } from '../core/index.ts';
import { DropReport } from './drop-report.ts';
import { MemoryBudget } from './kafka-log/memory-budget.ts';
import type { Topic } from './kafka-log/topic.ts';
import { Topics } from './kafka-log/topics.ts';

/** Of the log all listeners share. */
export interface SharedLogOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Bytes kept per partition. */
  readonly maxPartitionBytes: number;
  /** Bytes kept in memory, by all partitions together. */
  readonly maxBytes: number;
  readonly retentionMs: number;
}

/** The words in which one protocol or the other speaks of it. */
export interface LogManners {
  /** What a topic is called in reports. */
  readonly topicWord: 'hub' | 'topic';
  /** Of topics whose makers do not say otherwise. */
  readonly defaultConfigs?: ReadonlyMap<string, string>;
}

/** The log under all listeners of one emulator or broker: what is sent over one protocol is read over the other. */
export class SharedLog {
  readonly topics: Topics;
  #producerIds = 1;

  constructor(options: SharedLogOptions, { topicWord, defaultConfigs }: LogManners) {
    const { clock, logger, maxPartitionBytes, maxBytes, retentionMs } = options;
    const report = new DropReport(clock, logger);
    this.topics = new Topics(
      { maxBytes: maxPartitionBytes, maxAgeMs: retentionMs },
      {
        budget: new MemoryBudget(maxBytes),
        now: () => clock.now(),
        dropped: (name, partition, log) =>
          report.check(log, { [topicWord]: name, partition: String(partition) }),
        ...(defaultConfigs !== undefined && { defaultConfigs }),
      },
    );
  }

  /** The topic of that name: made when there is none, and with more partitions when it was kept with fewer. */
  openTopic(name: string, partitions: number): Topic {
    const kept = this.topics.get(name);
    if (kept === undefined) return this.topics.create(name, partitions);
    if (kept.partitions.length < partitions) this.topics.grow(kept, partitions);
    return kept;
  }

  /** Takes the next producer id nobody has, of either protocol. */
  readonly nextProducerId = (): number => this.#producerIds++;
}
