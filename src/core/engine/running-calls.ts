/** Counts what runs, and tells when nothing does. */
export class RunningCalls {
  #running = 0;
  #ended = 0;
  #whenIdle: (() => void)[] = [];

  /** Under way. */
  get running(): number {
    return this.#running;
  }

  /** Over, well or not. */
  get ended(): number {
    return this.#ended;
  }

  begin(): void {
    this.#running++;
  }

  end(): void {
    this.#running--;
    this.#ended++;
    if (this.#running === 0) this.forget();
  }

  /** Resolves when nothing runs, or nobody waits for it any more. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** What runs is waited for no longer. */
  forget(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
