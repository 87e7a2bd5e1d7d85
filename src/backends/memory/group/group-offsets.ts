import {
  type CommittedPosition,
  comparePartitions,
  formatPartition,
  type TopicPartition,
} from '../../../core/index.ts';

/** The positions one group has committed. */
export class GroupOffsets {
  readonly #positions = new Map<string, CommittedPosition>();

  get(partition: TopicPartition): CommittedPosition | undefined {
    return this.#positions.get(formatPartition(partition));
  }

  set(position: CommittedPosition): void {
    this.#positions.set(formatPartition(position), position);
  }

  /** In order of topic and partition. */
  all(): CommittedPosition[] {
    return [...this.#positions.values()].sort(comparePartitions);
  }

  /** What a deleted topic had goes with it; a new topic of that name begins anew. */
  forget(topic: string): void {
    for (const [key, position] of this.#positions)
      if (position.topic === topic) this.#positions.delete(key);
  }
}
