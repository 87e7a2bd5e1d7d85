/**
 * What `next()` of a middleware returns: a promise that knows whether anybody waits for it, so that a forgotten `await` is
 * told instead of letting a failure get lost.
 */
export class NextPromise<T> extends Promise<T> {
  /** What `then` makes is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  #awaited = false;
  #settled = false;

  /** Follows `work`; nobody has to look at it for its rejection to count as handled. */
  static following<T>(work: Promise<T>): NextPromise<T> {
    const made = new NextPromise<T>((resolve, reject) => {
      work.then(
        (value) => {
          made.#settled = true;
          resolve(value);
        },
        (error: unknown) => {
          made.#settled = true;
          reject(error);
        },
      );
    });
    void Promise.prototype.then.call(made, undefined, () => undefined);
    return made;
  }

  /** Somebody waits for it, and it has ended. */
  get awaited(): boolean {
    return this.#awaited && this.#settled;
  }

  /** `await`, `catch` and `finally` come by here as well. */
  // biome-ignore lint/suspicious/noThenProperty: a promise
  override then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#awaited = true;
    return super.then(fulfilled, rejected);
  }
}
