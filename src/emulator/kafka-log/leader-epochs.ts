/** The leader epochs of one partition, and where in the log each begins (KIP-101): one per leader that was elected. */
export class LeaderEpochs {
  /** First offset of each epoch, by epoch. */
  readonly #starts: number[] = [0];

  get current(): number {
    return this.#starts.length - 1;
  }

  /** A leader was elected; what is written from this offset on is its. */
  begin(offset: number): void {
    this.#starts.push(offset);
  }

  /** Where the epoch ended, or the end of the log while it lasts; undefined for one that never was. */
  endOf(epoch: number, endOffset: number): number | undefined {
    if (epoch < 0 || epoch > this.current) return undefined;
    return this.#starts[epoch + 1] ?? endOffset;
  }

  /** Under which leader the record was written. */
  at(offset: number): number {
    let epoch = this.current;
    while (epoch > 0 && (this.#starts[epoch] ?? 0) > offset) epoch--;
    return epoch;
  }
}
