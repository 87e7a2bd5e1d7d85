import type { FetchedOffsetsTopic, OffsetFetchTopic } from '../../protocol/index.ts';

export interface CommittedOffset {
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string | null;
}

/** What a group has committed. */
export class GroupOffsets {
  readonly #topics = new Map<string, Map<number, CommittedOffset>>();

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

  delete(topic: string, partition: number): void {
    const partitions = this.#topics.get(topic);
    partitions?.delete(partition);
    if (partitions?.size === 0) this.#topics.delete(topic);
  }

  deleteTopic(topic: string): void {
    this.#topics.delete(topic);
  }

  /** Of the partitions asked for, or with `null` of all that are committed. */
  fetch(asked: readonly OffsetFetchTopic[] | null): readonly FetchedOffsetsTopic[] {
    const wanted =
      asked ?? [...this.#topics].map(([topic, of]) => ({ topic, partitions: [...of.keys()] }));
    return wanted.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((partition) => {
        const committed = this.#topics.get(topic)?.get(partition);
        return {
          partition,
          offset: committed?.offset ?? -1,
          leaderEpoch: committed?.leaderEpoch ?? -1,
          metadata: committed === undefined ? '' : committed.metadata,
          errorCode: 0,
        };
      }),
    }));
  }
}
