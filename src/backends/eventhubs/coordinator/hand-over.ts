import { type Clock, sleep, type TopicPartition } from '../../../core/index.ts';
import type { HeldPartition, HeldPartitions } from './held-partitions.ts';
import type { OwnershipWriter } from './ownership-writer.ts';

export interface HandOverOptions {
  readonly clock: Clock;
  readonly held: HeldPartitions;
  readonly ownership: OwnershipWriter;
  /** How long draining may take. */
  readonly deadlineMs: number;
  readonly revoked: (removed: readonly TopicPartition[], deadlineMs: number) => Promise<void>;
}

/**
 * The first half of a move: drain, commit, release. The second half is the next owner's claim, which the store refuses before
 * the release. Heartbeats go on meanwhile, and so does everything else.
 */
export class HandOver {
  readonly #options: HandOverOptions;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  begin(partitions: readonly TopicPartition[]): void {
    const leaving = partitions
      .map((partition) => this.#options.held.get(partition))
      .filter((held) => held !== undefined)
      .filter(({ phase }) => phase === 'active');
    if (leaving.length === 0) return;
    for (const held of leaving) held.phase = 'leaving';
    void this.#drainAndRelease(leaving);
  }

  async #drainAndRelease(leaving: readonly HeldPartition[]): Promise<void> {
    const { clock, held, ownership, deadlineMs, revoked } = this.#options;
    const drained = new AbortController();
    const names = leaving.map(({ topic, partition }) => ({ topic, partition }));
    await Promise.race([revoked(names, deadlineMs), sleep(clock, deadlineMs, drained.signal)]);
    drained.abort();
    // A commit that is under way belongs to this ownership: it has to be over before the next one begins.
    await Promise.all(leaving.map(({ writes }) => writes));
    await ownership.release(leaving.filter((partition) => held.drop(partition)));
  }
}
