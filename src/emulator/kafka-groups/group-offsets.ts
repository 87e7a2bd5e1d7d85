import {
  errorCode,
  type FetchedOffsetsTopic,
  type OffsetFetchTopic,
} from '../../protocol/index.ts';
import { forgetfulJournal, type Journal } from '../journal.ts';

export interface CommittedOffset {
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string | null;
  /** @default long ago */
  readonly committedAtMs?: number;
}

interface WaitingOffset {
  readonly topic: string;
  readonly partition: number;
  readonly committed: CommittedOffset;
}

/** Kinds of entries in the journal: an offset that counts, and those of an open transaction. */
const OFFSET = 'offset';
const WAITING = 'waiting-offsets';

/** Gives what was kept to the groups it belongs to. */
export function restoreOffsets(journal: Journal, offsetsOf: (group: string) => GroupOffsets): void {
  for (const [[, group, topic, partition], value] of journal.entries(OFFSET))
    offsetsOf(String(group)).commit(String(topic), Number(partition), value as CommittedOffset);
  for (const [[, group, producerId], value] of journal.entries(WAITING))
    for (const { topic, partition, committed } of value as WaitingOffset[])
      offsetsOf(String(group)).commitLater(Number(producerId), topic, partition, committed);
}

/** What a group has committed. */
export class GroupOffsets {
  readonly #topics = new Map<string, Map<number, CommittedOffset>>();
  /** By producer id, until its transaction ends. */
  readonly #waiting = new Map<number, WaitingOffset[]>();
  #journal: Journal = forgetfulJournal;
  #group = '';

  /** Keeps what the group commits from now on. */
  keepIn(journal: Journal, group: string): void {
    this.#journal = journal;
    this.#group = group;
  }

  get isEmpty(): boolean {
    return this.#topics.size === 0 && this.#waiting.size === 0;
  }

  commit(topic: string, partition: number, committed: CommittedOffset): void {
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) {
      partitions = new Map();
      this.#topics.set(topic, partitions);
    }
    partitions.set(partition, committed);
    this.#journal.set([OFFSET, this.#group, topic, partition], committed);
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
    this.#journal.set([WAITING, this.#group, producerId], waiting);
  }

  endTransaction(producerId: number, isCommitted: boolean): void {
    const waiting = this.#waiting.get(producerId) ?? [];
    if (isCommitted)
      for (const { topic, partition, committed } of waiting)
        this.commit(topic, partition, committed);
    this.#waiting.delete(producerId);
    this.#journal.delete([WAITING, this.#group, producerId]);
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
    this.#journal.delete([OFFSET, this.#group, topic, partition]);
  }

  deleteTopic(topic: string): void {
    for (const partition of [...(this.#topics.get(topic)?.keys() ?? [])])
      this.delete(topic, partition);
  }

  /** Forgets what was committed at that time or before. */
  expire(beforeMs: number): void {
    for (const [topic, partitions] of [...this.#topics])
      for (const [partition, { committedAtMs = 0 }] of [...partitions])
        if (committedAtMs <= beforeMs) this.delete(topic, partition);
  }

  /** The group is gone. */
  deleteAll(): void {
    for (const topic of [...this.#topics.keys()]) this.deleteTopic(topic);
    for (const producerId of [...this.#waiting.keys()]) this.endTransaction(producerId, false);
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
