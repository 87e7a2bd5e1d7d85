import type { Clock, Logger } from '../core/index.ts';
import type { BatchLog } from './kafka-log/batch-log.ts';

/** A full partition drops with each batch: one line in this time says it as well. */
const REPORT_EVERY_MS = 10_000;

/** Tells the logger that records were dropped: at once the first time, then now and then. */
export class DropReport {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #reportedAtMs = new WeakMap<BatchLog, number>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** To be called after records were dropped. */
  check(log: BatchLog, place: { readonly [name: string]: string | number }): void {
    const now = this.#clock.now();
    const last = this.#reportedAtMs.get(log);
    if (last !== undefined && now - last < REPORT_EVERY_MS) return;
    this.#reportedAtMs.set(log, now);
    const { byBytes, byAge, byMemory, bytes } = log.dropped;
    this.#logger.warn('The oldest records of a partition were dropped to stay within the limits', {
      ...place,
      droppedByBytes: byBytes,
      droppedByAge: byAge,
      droppedByMemory: byMemory,
      droppedBytes: bytes,
    });
  }
}
