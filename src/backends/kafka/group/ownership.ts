import { formatPartition, type TopicPartition } from '../../../core/index.ts';

/** A partition of ours. */
export interface OwnedPartition extends TopicPartition {
  /** Generation in which it was assigned; it keeps this stamp as long as it stays ours. */
  readonly epoch: number;
  /** The engine has been told of it. False while its position is still looked up. */
  readonly announced: boolean;
  /** On its way out: commits still count, but nothing of it is delivered or announced any more. */
  readonly leaving: boolean;
}

/** What this member owns. The one truth for delivering records and for committing. */
export class Ownership {
  readonly #owned = new Map<string, OwnedPartition>();

  get size(): number {
    return this.#owned.size;
  }

  list(): readonly OwnedPartition[] {
    return [...this.#owned.values()];
  }

  get(partition: TopicPartition): OwnedPartition | undefined {
    return this.#owned.get(formatPartition(partition));
  }

  add(partitions: readonly TopicPartition[], epoch: number): void {
    for (const { topic, partition } of partitions) {
      const owned = { topic, partition, epoch, announced: false, leaving: false };
      this.#owned.set(formatPartition(owned), owned);
    }
  }

  announce(partitions: readonly TopicPartition[]): void {
    this.#change(partitions, { announced: true });
  }

  leave(partitions: readonly TopicPartition[]): void {
    this.#change(partitions, { leaving: true });
  }

  delete(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#owned.delete(formatPartition(partition));
  }

  /** What the group gives us that we do not have, and what we have that it does not give us. */
  compare(assigned: readonly TopicPartition[]): {
    readonly added: readonly TopicPartition[];
    readonly removed: readonly OwnedPartition[];
  } {
    const wanted = new Map(assigned.map((partition) => [formatPartition(partition), partition]));
    const removed: OwnedPartition[] = [];
    for (const [key, owned] of this.#owned) if (!wanted.delete(key)) removed.push(owned);
    return { added: [...wanted.values()], removed };
  }

  #change(
    partitions: readonly TopicPartition[],
    to: Partial<Pick<OwnedPartition, 'announced' | 'leaving'>>,
  ): void {
    for (const partition of partitions) {
      const key = formatPartition(partition);
      const owned = this.#owned.get(key);
      if (owned !== undefined) this.#owned.set(key, { ...owned, ...to });
    }
  }
}
