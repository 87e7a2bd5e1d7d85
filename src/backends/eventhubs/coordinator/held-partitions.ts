import { formatPartition, type TopicPartition } from '../../../core/index.ts';

/** A partition that is stored as ours, and what we know of its records. */
export interface HeldPartition extends TopicPartition {
  readonly generation: number;
  ownerLevel: number;
  /** Of the ownership, as last written or read by us. */
  etag: string;
  /** Of the checkpoint; null before there is one. */
  checkpointEtag: string | null;
  /** `claimed`: its position is not known yet. `leaving`: being drained, to be released after that. */
  phase: 'claimed' | 'active' | 'leaving';
  /** Commits in order; settles when none is under way. Never rejects. */
  writes: Promise<unknown>;
}

/** What this member owns, by `formatPartition`. */
export class HeldPartitions {
  readonly #held = new Map<string, HeldPartition>();

  get(partition: TopicPartition): HeldPartition | undefined {
    return this.#held.get(formatPartition(partition));
  }

  all(): readonly HeldPartition[] {
    return [...this.#held.values()];
  }

  in(phase: HeldPartition['phase']): readonly HeldPartition[] {
    return this.all().filter((held) => held.phase === phase);
  }

  /** Is this the ownership we still have, and not an earlier one of the same partition? */
  has(held: HeldPartition): boolean {
    return this.get(held) === held;
  }

  add(held: HeldPartition): void {
    this.#held.set(formatPartition(held), held);
  }

  /** True if we had it until now. */
  drop(held: HeldPartition): boolean {
    return this.has(held) && this.#held.delete(formatPartition(held));
  }
}
