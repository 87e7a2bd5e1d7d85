import type { Cancel, Clock } from '../../../core/index.ts';

/**
 * Calls `beat` at a steady interval, on a timer of its own: nothing the session does can hold it up. A beat that is still
 * under way when the next falls due is not overtaken.
 */
export class Heartbeats {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #beat: () => Promise<void>;
  #cancel: Cancel | undefined;
  #beating = false;

  /** @param beat must not reject */
  constructor(clock: Clock, intervalMs: number, beat: () => Promise<void>) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#beat = beat;
  }

  start(): void {
    this.stop();
    this.#cancel = this.#clock.schedule(this.#intervalMs, () => {
      this.start();
      void this.#tick();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #tick(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    await this.#beat();
    this.#beating = false;
  }
}
