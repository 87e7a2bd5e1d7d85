import type { Clock } from '../model/clock.ts';

const sliceMs = 8;
/** The clock is looked at once in so many records: asking it costs more than a no-op handler. */
const checkEvery = 128;

/**
 * Lets timers and sockets have their turn while handlers finish without waiting for anything: promises alone never leave
 * the event loop, and heartbeats would come late. Handlers that do wait are not slowed down: each turn of the event loop
 * begins a new slice.
 */
export class TimeSlice {
  readonly #clock: Clock;
  #records = 0;
  #beganAt = 0;
  /** Resolves in the next turn of the event loop; undefined before the first record of a turn. */
  #nextTurn: Promise<void> | undefined;
  #over = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a handled record. A promise means: wait for it before the next one. */
  spend(records = 1): Promise<void> | undefined {
    const nextTurn = this.#nextTurn ?? this.#begin();
    this.#records += records;
    if (this.#records >= checkEvery) {
      this.#records = 0;
      this.#over = this.#clock.now() - this.#beganAt >= sliceMs;
    }
    return this.#over ? nextTurn : undefined;
  }

  #begin(): Promise<void> {
    this.#beganAt = this.#clock.now();
    this.#nextTurn = new Promise((resolve) => {
      this.#clock.schedule(0, () => {
        this.#nextTurn = undefined;
        this.#over = false;
        resolve();
      });
    });
    return this.#nextTurn;
  }
}
