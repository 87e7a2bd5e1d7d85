import type { ConsumerRecord } from 'partita';
import type { Order } from './handler.ts';

/** What the whole run came to. */
export interface Verdict {
  readonly produced: number;
  readonly handled: number;
  readonly lost: number;
  /** Handled again after a member was killed, because it could not commit any more. */
  readonly repeatedByCrash: number;
  /** Handled again without such a reason. */
  readonly repeated: number;
  /** Began before, or while, an earlier record of the same key was handled. */
  readonly outOfOrder: number;
  readonly kept: boolean;
}

interface Handled {
  readonly member: string;
  count: number;
}

/** Watches every record of the demo from outside of the framework. */
export class Audit {
  readonly #produced = new Map<string, number>();
  readonly #handled = new Map<string, Handled>();
  readonly #newest = new Map<string, number>();
  /** Order id → the member that handles an event of it right now. */
  readonly #inFlight = new Map<string, string>();
  readonly #killed = new Set<string>();
  #repeatedByCrash = 0;
  #repeated = 0;
  #outOfOrder = 0;
  #producedCount = 0;

  /** The next event of an order. */
  next(id: string): Order {
    const sequence = (this.#produced.get(id) ?? 0) + 1;
    this.#produced.set(id, sequence);
    return { id, sequence };
  }

  acknowledged(count: number): void {
    this.#producedCount += count;
  }

  killed(member: string): void {
    this.#killed.add(member);
    for (const [id, owner] of this.#inFlight) if (owner === member) this.#inFlight.delete(id);
  }

  began(member: string, { id, sequence }: Order, record: ConsumerRecord): void {
    if (this.#killed.has(member)) return;
    const newest = this.#newest.get(id) ?? 0;
    const first = !this.#handled.has(place(record));
    if (this.#inFlight.has(id) || (first && sequence !== newest + 1)) this.#outOfOrder++;
    this.#inFlight.set(id, member);
  }

  ended(member: string, { id, sequence }: Order, record: ConsumerRecord): void {
    if (this.#killed.has(member)) return;
    this.#inFlight.delete(id);
    const before = this.#handled.get(place(record));
    if (before === undefined) {
      this.#handled.set(place(record), { member, count: 1 });
      this.#newest.set(id, sequence);
      return;
    }
    before.count++;
    if (this.#killed.has(before.member)) this.#repeatedByCrash++;
    else this.#repeated++;
  }

  get produced(): number {
    return this.#producedCount;
  }

  get handled(): number {
    return this.#handled.size;
  }

  /** Orders that a member handles right now. */
  inFlight(member: string): string[] {
    return [...this.#inFlight].filter(([, owner]) => owner === member).map(([id]) => id);
  }

  verdict(): Verdict {
    const lost = this.#producedCount - this.#handled.size;
    const kept = lost === 0 && this.#repeated === 0 && this.#outOfOrder === 0;
    return {
      produced: this.#producedCount,
      handled: this.#handled.size,
      lost,
      repeatedByCrash: this.#repeatedByCrash,
      repeated: this.#repeated,
      outOfOrder: this.#outOfOrder,
      kept,
    };
  }
}

function place({ partition, offset }: ConsumerRecord): string {
  return `${partition}/${offset}`;
}
