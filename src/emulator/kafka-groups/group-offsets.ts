import {
  errorCode,
  type FetchedOffsetsTopic,
  type OffsetFetchTopic,
} from '../../protocol/index.ts';

export interface CommittedOffset {
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string | null;
}

interface WaitingOffset {
  readonly topic: string;
  readonly partition: number;
  readonly committed: CommittedOffset;
}

/** What a group has committed. */
export class GroupOffsets {
  readonly #topics = new Map<string, Map<number, CommittedOffset>>();
  /** By producer id, until its transaction ends. */
  readonly #waiting = new Map<number, WaitingOffset[]>();

  get isEmpty(): boolean {
    return this.#topics.size === 0;
  }

  commit(topic: string, partition: number, committed: CommittedOffset): void {
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) {
      partitions = new Map();
      this.#topics.set(topic, partitions);
    }
    partitions.set(partition, committed);
  }

  /** Counts when the producer's transaction is committed. */
  commitLater(
    producerId: number,
    topic: string,
    partition: number,
    committed: CommittedOffset,
  ): void {
    const waiting = this.#waiting.get(producerId) ?? [];
    waiting.push({ topic, partition, committed });
    this.#waiting.set(producerId, waiting);
  }

  endTransaction(producerId: number, isCommitted: boolean): void {
    const waiting = this.#waiting.get(producerId) ?? [];
    this.#waiting.delete(producerId);
    if (!isCommitted) return;
    for (const { topic, partition, committed } of waiting) this.commit(topic, partition, committed);
  }

  /** Whether a transaction is open that may commit another offset. */
  isUnstable(topic: string, partition: number): boolean {
    return [...this.#waiting.values()].some((waiting) =>
      waiting.some((each) => each.topic === topic && each.partition === partition),
    );
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#topics.get(topic);
    partitions?.delete(partition);
    if (partitions?.size === 0) this.#topics.delete(topic);
  }

  deleteTopic(topic: string): void {
    this.#topics.delete(topic);
  }

  /** Of the partitions asked for, or with `null` of all that are committed. */
  fetch(
    asked: readonly OffsetFetchTopic[] | null,
    requireStable = false,
  ): readonly FetchedOffsetsTopic[] {
    const wanted =
      asked ?? [...this.#topics].map(([topic, of]) => ({ topic, partitions: [...of.keys()] }));
    return wanted.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((partition) => {
        const unstable = requireStable && this.isUnstable(topic, partition);
        const committed = unstable ? undefined : this.#topics.get(topic)?.get(partition);
        return {
          partition,
          offset: committed?.offset ?? -1,
          leaderEpoch: committed?.leaderEpoch ?? -1,
          metadata: committed === undefined ? '' : committed.metadata,
          errorCode: unstable ? errorCode.UNSTABLE_OFFSET_COMMIT : errorCode.NONE,
        };
      }),
    }));
  }
}
