import type { Cancel, Clock } from '../../../core/index.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { PendingBatch } from './pending-batch.ts';

/** Batches that are not settled, and the timer for the oldest: all have the same time to live. */
export class LiveBatches {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #expired: (batch: PendingBatch, queue: PartitionQueue) => void;
  readonly #batches = new Map<PendingBatch, PartitionQueue>();
  #cancel: Cancel | undefined;

  constructor(
    clock: Clock,
    timeoutMs: number,
    expired: (batch: PendingBatch, queue: PartitionQueue) => void,
  ) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#expired = expired;
  }

  add(batch: PendingBatch, queue: PartitionQueue): void {
    this.#batches.set(batch, queue);
    if (this.#cancel === undefined) this.#arm(batch.createdAtMs);
  }

  delete(batch: PendingBatch): void {
    this.#batches.delete(batch);
    if (this.#batches.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(oldestAtMs: number): void {
    const delayMs = Math.max(0, oldestAtMs + this.#timeoutMs - this.#clock.now());
    this.#cancel = this.#clock.schedule(delayMs, () => this.#sweep());
  }

  #sweep(): void {
    this.#cancel = undefined;
    const limitMs = this.#clock.now() - this.#timeoutMs;
    for (const [batch, queue] of [...this.#batches]) {
      if (batch.createdAtMs > limitMs) continue;
      this.#batches.delete(batch);
      this.#expired(batch, queue);
    }
    if (this.#batches.size === 0 || this.#cancel !== undefined) return;
    let oldestAtMs = Number.POSITIVE_INFINITY;
    for (const { createdAtMs } of this.#batches.keys())
      oldestAtMs = Math.min(oldestAtMs, createdAtMs);
    this.#arm(oldestAtMs);
  }
}
