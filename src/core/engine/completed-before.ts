/** Offsets that were finished before this run began, as `[from, to)` pairs: read again, not handled again. */
export class CompletedBefore {
  readonly #runs: readonly number[];
  /** First pair that is not behind us: offsets are asked for in ascending order. */
  #at = 0;

  constructor(runs: readonly number[]) {
    this.#runs = runs;
  }

  /** Nothing is left to be recognised. */
  get over(): boolean {
    return this.#at >= this.#runs.length;
  }

  has(offset: number): boolean {
    while (!this.over && offset >= (this.#runs[this.#at + 1] as number)) this.#at += 2;
    return !this.over && offset >= (this.#runs[this.#at] as number);
  }

  /** What lies at or after `offset`, as pairs. */
  from(offset: number): number[] {
    const rest: number[] = [];
    for (let i = this.#at; i + 1 < this.#runs.length; i += 2) {
      const to = this.#runs[i + 1] as number;
      if (to > offset) rest.push(Math.max(offset, this.#runs[i] as number), to);
    }
    return rest;
  }
}
