/** A log as the budget sees it. */
export interface BudgetedLog {
  /** When the newest batch of its oldest segment was appended; undefined when there is nothing to drop. */
  readonly oldestSegmentMs: number | undefined;
  dropOldestSegment(): void;
}

/** Memory for the segments of all partitions together: when it is used up, the oldest segment of all goes. */
export class MemoryBudget {
  readonly #maxBytes: number;
  readonly #logs = new Set<BudgetedLog>();
  #usedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  join(log: BudgetedLog): void {
    this.#logs.add(log);
  }

  /** What the log held must have been given back. */
  leave(log: BudgetedLog): void {
    this.#logs.delete(log);
  }

  /** Memory was taken, or with a negative number given back. */
  took(bytes: number): void {
    this.#usedBytes += bytes;
    while (this.#usedBytes > this.#maxBytes) {
      const oldest = this.#oldest();
      if (oldest === undefined) return;
      oldest.dropOldestSegment();
    }
  }

  #oldest(): BudgetedLog | undefined {
    let oldest: BudgetedLog | undefined;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const log of this.#logs) {
      const newestMs = log.oldestSegmentMs;
      if (newestMs === undefined || newestMs >= oldestMs) continue;
      oldest = log;
      oldestMs = newestMs;
    }
    return oldest;
  }
}
