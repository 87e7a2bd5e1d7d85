import type { App, PartitaError } from '../core/index.ts';
import { realClock } from '../system/real-clock.ts';

/** Ends a wait that would have no end: after an error that is tried again and again, when nothing moves any more. */
export class Standstill {
  readonly #patienceMs: number;
  #error: PartitaError | undefined;
  #sinceMs = 0;
  #progress = 0;

  constructor(app: App, patienceMs: number) {
    this.#patienceMs = patienceMs;
    app.on((event) => {
      if (event.kind !== 'error' || this.#error !== undefined) return;
      this.#error = event.error;
      this.#sinceMs = realClock.now();
    });
  }

  /** @throws PartitaError the first one since something has moved, when that is too long ago. */
  check(progress: number): void {
    if (progress !== this.#progress) {
      this.#progress = progress;
      this.#error = undefined;
    }
    if (this.#error !== undefined && realClock.now() - this.#sinceMs > this.#patienceMs)
      throw this.#error;
  }
}
