/** Where scenarios that run at the same time agree on how much each of them produces. */
export class Meeting {
  readonly #agreed = Promise.withResolvers<number>();
  #missing: number;
  #most = 0;

  /** @param parties how many have to come */
  constructor(parties: number) {
    this.#missing = parties;
  }

  /** Resolves, when all have come, with the largest count that any brought. */
  agree(count: number): Promise<number> {
    this.#most = Math.max(this.#most, count);
    this.#missing--;
    if (this.#missing === 0) this.#agreed.resolve(this.#most);
    return this.#agreed.promise;
  }

  /** One of them cannot come any more: the others, if there are any, are not to wait for it. */
  fail(reason: unknown): void {
    this.#agreed.promise.catch(() => reason);
    this.#agreed.reject(reason);
  }
}
