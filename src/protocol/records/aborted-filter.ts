import type { AbortedTransaction } from '../apis/01-fetch.ts';
import type { RecordBatch } from './record-batch.ts';

/**
 * Read committed: tells which batches of one fetched partition belong to aborted transactions. The broker sends those
 * batches too, beside a list of what was aborted; the bookkeeping follows Java's `CompletedFetch`.
 *
 * A filter is for one response, and must see its batches in order, control batches included.
 */
export class AbortedFilter {
  readonly #waiting: readonly AbortedTransaction[];
  readonly #aborted = new Set<number>();
  #next = 0;

  constructor(transactions: readonly AbortedTransaction[]) {
    this.#waiting = [...transactions].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Whether the batch was aborted, so that its records must not be delivered. */
  isAborted(batch: RecordBatch): boolean {
    if (batch.producerId < 0) return false;
    for (
      let one = this.#waiting[this.#next];
      one !== undefined && one.firstOffset <= batch.lastOffset;
      one = this.#waiting[++this.#next]
    )
      this.#aborted.add(one.producerId);
    if (batch.isControl) {
      // The marker ends this producer's aborted transaction; its next one may be committed.
      if (batch.controlType === 'abort') this.#aborted.delete(batch.producerId);
      return false;
    }
    return batch.isTransactional && this.#aborted.has(batch.producerId);
  }
}
