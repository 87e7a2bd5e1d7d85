import type { ConsumerRecord } from '../model/record.ts';
import { Queue } from './queue.ts';

/** A batch as it came in, by its first record. */
interface Arrival {
  readonly offset: number;
  readonly arrivedMs: number;
  readonly timestampMs: number;
}

/**
 * Remembers when records came in, batch by batch, to tell how old the first unfinished one is. A record counts as old as the
 * first one of its batch: exact to within a fetch answer, and no cost per record.
 */
export class Arrivals {
  readonly #waiting = new Queue<Arrival>();
  /** The newest batch that begins at or before the frontier. */
  #current: Arrival | undefined;

  add(records: readonly ConsumerRecord[], nowMs: number, frontier: number): void {
    const [first] = records;
    if (first === undefined) return;
    this.#waiting.push({ offset: first.offset, arrivedMs: nowMs, timestampMs: first.timestampMs });
    this.#advance(frontier);
  }

  /** The batch that the record at the frontier came in with; the last one there was, when it has not come yet. */
  at(frontier: number): Arrival | undefined {
    this.#advance(frontier);
    return this.#current;
  }

  #advance(frontier: number): void {
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (next.offset > frontier) return;
      this.#current = this.#waiting.shift();
    }
  }
}
