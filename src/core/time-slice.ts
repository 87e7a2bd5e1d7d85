import type { Clock } from './clock.ts';

const sliceMs = 8;
/** The clock is looked at once in so many records: asking it costs more than a no-op handler. */
const checkEvery = 128;

/**
 * Lets timers and sockets have their turn while handlers finish without waiting for anything: promises alone never leave
 * the event loop, and heartbeats would come late.
 */
export class TimeSlice {
  readonly #clock: Clock;
  #records = 0;
  #endsAt = 0;
  #pause: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a handled record. A promise means: wait for it before the next one. */
  spend(records = 1): Promise<void> | undefined {
    this.#records += records;
    if (this.#records < checkEvery) return this.#pause;
    this.#records = 0;
    return this.#clock.now() < this.#endsAt ? this.#pause : this.#breathe();
  }

  #breathe(): Promise<void> {
    this.#pause ??= new Promise((resolve) => {
      this.#clock.schedule(0, () => {
        this.#pause = undefined;
        this.#endsAt = this.#clock.now() + sliceMs;
        resolve();
      });
    });
    return this.#pause;
  }
}
