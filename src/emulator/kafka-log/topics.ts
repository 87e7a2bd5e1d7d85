import { randomBytes } from 'node:crypto';
import type { BatchLog, LogLimits } from './batch-log.ts';
import type { LogStore } from './log-store.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { Partition } from './partition.ts';
import { Topic } from './topic.ts';

const legalName = /^[a-zA-Z0-9._-]{1,249}$/;

/** Whether Kafka would take the name (`Topic.validate`). */
export function isLegalTopicName(name: string): boolean {
  return legalName.test(name) && name !== '.' && name !== '..';
}

/** Keeps topics beyond the life of the process. */
export interface TopicKeeper {
  /** It was made, got more partitions or other settings. */
  changed(topic: Topic): void;
  deleted(topic: Topic): void;
  storeOf(topicId: string, partition: number): LogStore;
}

/** What topics work with beside the limits of their logs. */
export interface TopicsParts {
  readonly budget?: MemoryBudget;
  readonly keeper?: TopicKeeper;
  /** Of topics whose makers do not say otherwise. */
  readonly defaultConfigs?: ReadonlyMap<string, string>;
  now?(): number;
  /** Records of a partition were dropped to stay within a limit. */
  dropped?(topic: string, partition: number, log: BatchLog): void;
}

/** A topic as it was kept. */
export interface KeptTopic {
  readonly name: string;
  readonly id: string;
  readonly partitions: number;
  readonly configs: ReadonlyMap<string, string>;
  readonly createdAtMs: number;
}

/** The topics of one broker, by name and by id. */
export class Topics {
  readonly #limits: LogLimits;
  readonly #parts: TopicsParts;
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<string, Topic>();

  constructor(limits: LogLimits, parts: TopicsParts = {}) {
    this.#limits = limits;
    this.#parts = parts;
  }

  get all(): readonly Topic[] {
    return [...this.#byName.values()];
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  withId(id: string): Topic | undefined {
    return this.#byId.get(id);
  }

  partition(topic: string, partition: number): Partition | undefined {
    return this.#byName.get(topic)?.partitions[partition];
  }

  /** The name must be free and legal, the settings checked. */
  create(
    name: string,
    partitions: number,
    configs: ReadonlyMap<string, string> = new Map(),
  ): Topic {
    const topic = this.restore({
      name,
      id: randomBytes(16).toString('base64url'),
      partitions,
      configs: new Map([...(this.#parts.defaultConfigs ?? []), ...configs]),
      createdAtMs: this.#parts.now?.() ?? 0,
    });
    this.#parts.keeper?.changed(topic);
    return topic;
  }

  /** Makes a topic that was kept; its records are the caller's to put back. */
  restore({ name, id, partitions, configs, createdAtMs }: KeptTopic): Topic {
    const { budget, keeper, dropped } = this.#parts;
    const topic = new Topic(name, id, configs, {
      limits: this.#limits,
      createdAtMs,
      partsOf: (partition) => ({
        budget,
        store: keeper?.storeOf(id, partition),
        dropped: dropped && ((log) => dropped(name, partition, log)),
      }),
    });
    topic.growTo(partitions);
    this.#byName.set(name, topic);
    this.#byId.set(id, topic);
    return topic;
  }

  /** More partitions; a topic never gets fewer. */
  grow(topic: Topic, partitions: number): void {
    topic.growTo(partitions);
    this.#parts.keeper?.changed(topic);
  }

  /** Other settings, which must have been checked; those that are not among them go back to their defaults. */
  configure(topic: Topic, configs: ReadonlyMap<string, string>): void {
    topic.configure(configs);
    this.#parts.keeper?.changed(topic);
  }

  delete(topic: Topic): void {
    this.#byName.delete(topic.name);
    this.#byId.delete(topic.id);
    for (const { log } of topic.partitions) log.close();
    this.#parts.keeper?.deleted(topic);
  }
}
