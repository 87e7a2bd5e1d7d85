/** Resolves when it has been counted down to nothing. */
export class Countdown {
  readonly done: Promise<void>;
  readonly #resolve: () => void;
  #left: number;

  constructor(count: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#resolve = resolve;
    this.#left = count;
  }

  take(count = 1): void {
    this.#left -= count;
    if (this.#left <= 0) this.#resolve();
  }
}
