import type { Stamp, TopicPartition } from '../../../core/index.ts';
import type { HeldPartition } from './held-partitions.ts';
import { mapAtMost } from './map-at-most.ts';
import type { ClaimTarget, Plan } from './plan.ts';
import type { StoreCalls } from './store-calls.ts';

/** Writes at a time: enough to claim a hub in a moment, not so many that the store throttles. */
const PARALLEL_WRITES = 16;

export interface Claimed {
  readonly held: HeldPartition;
  readonly takenOver: boolean;
}

/** Claims, renews and releases in the store. What fails is told by `StoreCalls`, and seen with the next look at the group. */
export class OwnershipWriter {
  readonly #calls: StoreCalls;
  readonly #owner: string;
  readonly #stopping: AbortSignal;

  constructor(calls: StoreCalls, owner: string, stopping: AbortSignal) {
    this.#calls = calls;
    this.#owner = owner;
    this.#stopping = stopping;
  }

  /** Those that nobody else got first. Who is about to leave claims no more: it would only have to release them. */
  async claim(
    targets: readonly ClaimTarget[],
    generation: number,
    ownerLevelOf: (topic: string) => number,
  ): Promise<readonly Claimed[]> {
    const claimed = await mapAtMost(PARALLEL_WRITES, targets, async (target) => {
      if (this.#stopping.aborted) return null;
      const { topic, partition, etag, takenOver } = target;
      const stamp = await this.#put({ topic, partition }, this.#owner, generation, etag);
      if (typeof stamp === 'string') return null;
      const held: HeldPartition = {
        topic,
        partition,
        generation,
        ownerLevel: ownerLevelOf(topic),
        etag: stamp.etag,
        checkpointEtag: null,
        phase: 'claimed',
        writes: Promise.resolve(),
      };
      return { held, takenOver };
    });
    return claimed.filter((entry) => entry !== null);
  }

  /** Tells official processors that we are alive. Returns those that somebody has taken from us. */
  async renew(all: readonly HeldPartition[]): Promise<readonly HeldPartition[]> {
    const taken: HeldPartition[] = [];
    await mapAtMost(PARALLEL_WRITES, all, async (held) => {
      const stamp = await this.#put(held, this.#owner, held.generation, held.etag);
      if (stamp === 'refused') taken.push(held);
      else if (stamp !== 'failed') held.etag = stamp.etag;
    });
    return taken;
  }

  /** Makes them free for the next owner. The generation stays, so that it only ever grows. */
  async release(all: readonly HeldPartition[]): Promise<void> {
    await mapAtMost(PARALLEL_WRITES, all, (held) =>
      this.#put(held, '', held.generation, held.etag),
    );
  }

  async letGo(records: Plan['letGo'], generation: number): Promise<void> {
    await mapAtMost(PARALLEL_WRITES, records, (record) =>
      this.#put(record, '', generation, record.etag),
    );
  }

  /** `refused`: the record is not as we saw it. `failed`: told already; whether it took effect shows in the next snapshot. */
  async #put(
    { topic, partition }: TopicPartition,
    owner: string,
    generation: number,
    etag: string | null,
  ): Promise<Stamp | 'refused' | 'failed'> {
    const entry = { topic, partition, owner, generation };
    return this.#calls.putOwnership(entry, etag).then(
      (stamp) => stamp ?? 'refused',
      () => 'failed',
    );
  }
}
