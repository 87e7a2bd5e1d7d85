import type { TopicPartition } from '../../../core/index.ts';
import { type MemberIdentity, nobody } from './member-identity.ts';

/**
 * - `revoking`: partitions are handed over before the group is joined (eager); the old generation still counts.
 * - `joining`: from the first try of a JoinGroup to its answer. The coordinator takes that for a sign of life and may start
 *   the next generation any moment, so there are no heartbeats, and what commits are told of the generation is not news.
 * - `syncing`: in the new generation, not knowing what we have got.
 * - `stable`: all is known. Partitions may still be on their way out (cooperative).
 * - `closed`: left, closed or dead.
 */
export type MemberPhase = 'revoking' | 'joining' | 'syncing' | 'stable' | 'closed';

/** What the group said last of what is ours. */
export interface LastAssignment {
  readonly owned: readonly TopicPartition[];
  readonly generation: number;
}

/** All a member knows of itself. Data and one wake-up; the rules are in `member.ts` and `rebalance.ts`. */
export class MemberState {
  identity: MemberIdentity = nobody;
  phase: MemberPhase = 'joining';
  /** For assignors that keep it in their user data. Outlives being thrown out: its generation says how old it is. */
  last: LastAssignment = { owned: [], generation: -1 };
  assignor: string | undefined;
  /** Partitions per topic that our plan rests on; `undefined` while another member leads. */
  watched: ReadonlyMap<string, number> | undefined;
  #rejoinReason: string | undefined;
  #wake: () => void = () => {};

  /** Asks for another round; the first reason is kept. */
  wantRejoin(reason: string): void {
    this.#rejoinReason ??= reason;
    this.#wake();
  }

  /** From here on a new reason means yet another round. */
  takeRejoinReason(): string | undefined {
    const reason = this.#rejoinReason;
    this.#rejoinReason = undefined;
    return reason;
  }

  /** Resolves when somebody wants a rejoin; at once when somebody does already. */
  rejoinWanted(): Promise<void> {
    if (this.#rejoinReason !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  is(identity: MemberIdentity): boolean {
    const { memberId, generation } = this.identity;
    return memberId === identity.memberId && generation === identity.generation;
  }
}
