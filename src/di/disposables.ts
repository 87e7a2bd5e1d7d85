/** What was made and has to be disposed of. */
export class Disposables implements AsyncDisposable {
  readonly #made: (Disposable | AsyncDisposable)[] = [];

  /** To be disposed of with the others, if it can be. Returns it. */
  adopt<T>(made: T): T {
    const candidate = Object(made) as Partial<Disposable & AsyncDisposable>;
    if (
      typeof candidate[Symbol.asyncDispose] === 'function' ||
      typeof candidate[Symbol.dispose] === 'function'
    )
      this.#made.push(candidate as Disposable | AsyncDisposable);
    return made;
  }

  /** Nothing was made that has to be disposed of. */
  get isEmpty(): boolean {
    return this.#made.length === 0;
  }

  /** What was made last goes first. Also the rest when one fails; the first failure is thrown. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const made of this.#made.splice(0).reverse()) {
      try {
        await (Symbol.asyncDispose in made ? made[Symbol.asyncDispose]() : made[Symbol.dispose]());
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
