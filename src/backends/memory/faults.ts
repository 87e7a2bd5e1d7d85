import type { PartitaError } from '../../core/index.ts';

/** What a client asks of the broker. */
export type Operation = 'join' | 'fetch' | 'commit' | 'produce' | 'admin';

/** Trouble that a test has ordered for all clients of a broker. */
export class Faults {
  readonly #delaysMs = new Map<Operation, number>();
  readonly #failures = new Map<Operation, PartitaError[]>();

  /** From now on each such request takes this long to reach the broker; 0 ends it. */
  delay(operation: Operation, delayMs: number): void {
    this.#delaysMs.set(operation, delayMs);
  }

  delayMs(operation: Operation): number {
    return this.#delaysMs.get(operation) ?? 0;
  }

  /** The next `times` requests fail with `error` and change nothing. */
  failNext(operation: Operation, error: PartitaError, times: number): void {
    const waiting = this.#failures.get(operation) ?? [];
    this.#failures.set(operation, [...waiting, ...new Array<PartitaError>(times).fill(error)]);
  }

  /** @throws PartitaError when it is this request's turn to fail */
  throwIfOrdered(operation: Operation): void {
    const error = this.#failures.get(operation)?.shift();
    if (error !== undefined) throw error;
  }
}
