import type { TopicPartition } from '../../../core/index.ts';

/** Event hubs are the same in any case: within the coordinator they are in lower case, outside as the user spells them. */
export class TopicNames {
  readonly keys: readonly string[];
  readonly #spelling: ReadonlyMap<string, string>;

  constructor(topics: readonly string[]) {
    this.#spelling = new Map(topics.map((topic) => [topic.toLowerCase(), topic]));
    this.keys = [...this.#spelling.keys()];
  }

  spelled<T extends TopicPartition>(partitions: readonly T[]): readonly T[] {
    return partitions.map((partition) => ({
      ...partition,
      topic: this.#spelling.get(partition.topic) ?? partition.topic,
    }));
  }
}
