import type { TopicIdPartitions } from '../../protocol/index.ts';

/** Partitions of topics that go by their ids. */
export class PartitionSet {
  readonly #topics = new Map<string, Set<number>>();

  static of(topics: readonly TopicIdPartitions[]): PartitionSet {
    const set = new PartitionSet();
    for (const { topicId, partitions } of topics)
      for (const partition of partitions) set.add(topicId, partition);
    return set;
  }

  static union(...sets: readonly PartitionSet[]): PartitionSet {
    const union = new PartitionSet();
    for (const set of sets) for (const [topicId, partition] of set) union.add(topicId, partition);
    return union;
  }

  get size(): number {
    let size = 0;
    for (const partitions of this.#topics.values()) size += partitions.size;
    return size;
  }

  get isEmpty(): boolean {
    return this.#topics.size === 0;
  }

  *[Symbol.iterator](): Generator<readonly [topicId: string, partition: number]> {
    for (const [topicId, partitions] of this.#topics)
      for (const partition of partitions) yield [topicId, partition];
  }

  has(topicId: string, partition: number): boolean {
    return this.#topics.get(topicId)?.has(partition) ?? false;
  }

  add(topicId: string, partition: number): void {
    const partitions = this.#topics.get(topicId);
    if (partitions === undefined) this.#topics.set(topicId, new Set([partition]));
    else partitions.add(partition);
  }

  delete(topicId: string, partition: number): void {
    const partitions = this.#topics.get(topicId);
    partitions?.delete(partition);
    if (partitions?.size === 0) this.#topics.delete(topicId);
  }

  intersects(other: PartitionSet): boolean {
    for (const [topicId, partition] of this) if (other.has(topicId, partition)) return true;
    return false;
  }

  isWithin(other: PartitionSet): boolean {
    for (const [topicId, partition] of this) if (!other.has(topicId, partition)) return false;
    return true;
  }

  equals(other: PartitionSet): boolean {
    return this.size === other.size && this.isWithin(other);
  }

  toTopics(): readonly TopicIdPartitions[] {
    return [...this.#topics].map(([topicId, partitions]) => ({
      topicId,
      partitions: [...partitions].sort((one, other) => one - other),
    }));
  }
}
