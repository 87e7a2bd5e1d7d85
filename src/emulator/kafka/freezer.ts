/** Holds a broker back: what it would answer waits until it thaws. */
export class Freezer {
  #thawed: Promise<void> | undefined;
  #thaw: () => void = () => {};

  get frozen(): boolean {
    return this.#thawed !== undefined;
  }

  freeze(): void {
    if (this.frozen) return;
    this.#thawed = new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  thaw(): void {
    this.#thawed = undefined;
    this.#thaw();
  }

  /** Undefined when nothing has to be waited for. */
  get thawed(): Promise<void> | undefined {
    return this.#thawed;
  }
}
