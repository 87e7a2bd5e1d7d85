import type { AbortedTransaction } from '../../protocol/index.ts';

interface Aborted extends AbortedTransaction {
  /** Of the marker. */
  readonly lastOffset: number;
}

/** Transactions in one partition: which are open, and where aborted ones lie. */
export class OpenTransactions {
  readonly #firstOffsets = new Map<number, number>();
  #aborted: Aborted[] = [];

  /** A batch of a transaction was appended. */
  note(producerId: number, baseOffset: number): void {
    if (!this.#firstOffsets.has(producerId)) this.#firstOffsets.set(producerId, baseOffset);
  }

  /** A marker was appended. */
  end(producerId: number, committed: boolean, markerOffset: number): void {
    const firstOffset = this.#firstOffsets.get(producerId);
    this.#firstOffsets.delete(producerId);
    if (!committed && firstOffset !== undefined)
      this.#aborted.push({ producerId, firstOffset, lastOffset: markerOffset });
  }

  /** Readers of committed records may go up to here. */
  lastStableOffset(endOffset: number): number {
    return Math.min(endOffset, ...this.#firstOffsets.values());
  }

  /** Where the producer's open transaction begins. */
  firstOffset(producerId: number): number | undefined {
    return this.#firstOffsets.get(producerId);
  }

  /** Whether what the producer wrote there was aborted since. */
  isAborted(producerId: number, offset: number): boolean {
    return this.#aborted.some(
      (each) =>
        each.producerId === producerId && each.firstOffset <= offset && offset < each.lastOffset,
    );
  }

  /** Those that reach into the range; those in front of the log are forgotten. */
  abortedWithin(from: number, to: number, logStart: number): readonly AbortedTransaction[] {
    this.#aborted = this.#aborted.filter(({ lastOffset }) => lastOffset >= logStart);
    return this.#aborted
      .filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < to)
      .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }));
  }
}
