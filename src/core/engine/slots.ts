import { Queue } from './queue.ts';

/** Work that runs while it holds a slot, and gives it back by `release`. */
export interface Runnable {
  run(): void;
}

/**
 * The handlers that may run at once in one consumer. Whoever waits longest comes first, and a lane that has handled a
 * record while others wait goes to the end of the line: no partition and no key can starve another.
 */
export class Slots {
  readonly #waiting = new Queue<Runnable>();
  #free: number;
  #dispatching = false;

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Somebody waits for a slot. */
  get contended(): boolean {
    return this.#waiting.length > 0;
  }

  /** Runs it now, or when its turn comes. */
  request(runnable: Runnable): void {
    this.#waiting.push(runnable);
    this.#dispatch();
  }

  /** Hands the slot to the next in line. */
  release(): void {
    this.#free++;
    this.#dispatch();
  }

  /** A loop and not a call of each by the one before: handlers that end at once would pile up on the stack. */
  #dispatch(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    while (this.#free > 0) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#free--;
      next.run();
    }
    this.#dispatching = false;
  }
}
