import { randomBytes } from 'node:crypto';
import type { LogLimits } from './batch-log.ts';
import type { Partition } from './partition.ts';
import { Topic } from './topic.ts';

const legalName = /^[a-zA-Z0-9._-]{1,249}$/;

/** Whether Kafka would take the name (`Topic.validate`). */
export function isLegalTopicName(name: string): boolean {
  return legalName.test(name) && name !== '.' && name !== '..';
}

/** The topics of one broker, by name and by id. */
export class Topics {
  readonly #limits: LogLimits;
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<string, Topic>();

  constructor(limits: LogLimits) {
    this.#limits = limits;
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
    const id = randomBytes(16).toString('base64url');
    const topic = new Topic(name, id, configs, this.#limits);
    topic.growTo(partitions);
    this.#byName.set(name, topic);
    this.#byId.set(id, topic);
    return topic;
  }

  delete(topic: Topic): void {
    this.#byName.delete(topic.name);
    this.#byId.delete(topic.id);
    for (const { log } of topic.partitions) log.close();
  }
}
