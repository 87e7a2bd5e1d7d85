import type { Clock } from '../model/clock.ts';

/** Pauses between two tries. All of them may be cut short: no timer outlives its purpose. */
export class Pauses {
  readonly #clock: Clock;
  /** Ends of the pauses under way. */
  readonly #ends = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many are under way. */
  get count(): number {
    return this.#ends.size;
  }

  /** Resolves after the pause, or when it is cut short. */
  for(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#ends.delete(end);
        resolve();
      };
      const cancel = this.#clock.schedule(delayMs, end);
      this.#ends.add(end);
    });
  }

  cutShort(): void {
    for (const end of [...this.#ends]) end();
  }
}
