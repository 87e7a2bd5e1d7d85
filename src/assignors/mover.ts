import type { GeneralState } from './general-state.ts';
import { Movements } from './movements.ts';

/** Passes without a new lowest sum of squares after which partitions are no longer substituted. */
const MAX_FRUITLESS_PASSES = 16;

/**
 * Passes over partitions, moving those that better the balance, until a pass moves nothing.
 *
 * Moving another partition back instead (see `Movements`) may put the group into a state it has been in, after which
 * Java runs for ever. Each move without that lowers the sum of squared loads, so when passes bring no new lowest one for
 * a while, the rest is done without it.
 */
export class Mover {
  readonly #state: GeneralState;
  readonly #movements: Movements;
  readonly #stale: Int32Array | null;
  readonly #all: Int32Array;
  /** Where the last partition was found that could still move. */
  #witness = 0;
  #substituting = true;

  /** `stale`: partition → a member that had it in an older generation, -1 for none. */
  constructor(state: GeneralState, all: Int32Array, stale: Int32Array | null) {
    this.#state = state;
    this.#all = all;
    this.#movements = new Movements(state.index, state.ownership.owner);
    this.#stale = stale;
  }

  /** Returns true if anything moved. */
  run(ids: Int32Array): boolean {
    let moved = false;
    let lowest = Number.POSITIVE_INFINITY;
    let patience = MAX_FRUITLESS_PASSES;
    while (this.#pass(ids)) {
      moved = true;
      const potential = this.#state.loads.potential();
      if (potential < lowest) {
        lowest = potential;
        patience = MAX_FRUITLESS_PASSES;
      } else if (--patience === 0) this.#substituting = false;
    }
    return moved;
  }

  #pass(ids: Int32Array): boolean {
    const { loads, ownership } = this.#state;
    let moved = false;
    for (const id of ids) {
      const owner = ownership.owner[id] as number;
      const stale = this.#stale === null ? -1 : (this.#stale[id] as number);
      if (stale >= 0 && loads.gains(owner, stale)) {
        if (this.#balanced()) return moved;
        this.#move(id, stale);
        moved = true;
        continue;
      }
      const least = this.#least(id);
      if (!loads.gains(owner, least)) continue;
      this.#move(id, least);
      moved = true;
    }
    return moved;
  }

  #move(id: number, target: number): void {
    const actual = this.#substituting ? this.#movements.substitute(id, target) : id;
    this.#movements.record(actual, target);
    this.#state.ownership.give(actual, target);
  }

  #least(id: number): number {
    const { loads, index, subscribers } = this.#state;
    return loads.least(subscribers.poolOf[index.topicOf[id] as number] as number);
  }

  /** A return to an older owner is made only while something else could move too, as in Java. */
  #balanced(): boolean {
    const { loads, ownership } = this.#state;
    for (let seen = 0; seen < this.#all.length; seen++) {
      const id = this.#all[this.#witness] as number;
      const owner = ownership.owner[id] as number;
      if (loads.gains(owner, this.#least(id))) return false;
      this.#witness = this.#witness + 1 === this.#all.length ? 0 : this.#witness + 1;
    }
    return true;
  }
}
