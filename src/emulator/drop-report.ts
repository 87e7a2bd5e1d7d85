import type { Clock, Logger } from '../core/index.ts';
import type { PartitionLog } from './log/partition-log.ts';

/** A full partition drops with each batch: one line in this time says it as well. */
const REPORT_EVERY_MS = 10_000;

/** Tells the logger that events were dropped: at once the first time, then now and then. */
export class DropReport {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #reportedAtMs = new Map<PartitionLog, number>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** To be called after appends. */
  check(log: PartitionLog, place: { readonly hub: string; readonly partition: string }): void {
    const { byBytes, byAge, bytes } = log.dropped;
    if (byBytes + byAge === 0) return;
    const now = this.#clock.now();
    const last = this.#reportedAtMs.get(log);
    if (last !== undefined && now - last < REPORT_EVERY_MS) return;
    this.#reportedAtMs.set(log, now);
    this.#logger.warn('The oldest events of a partition were dropped to stay within its limits', {
      ...place,
      droppedByBytes: byBytes,
      droppedByAge: byAge,
      droppedBytes: bytes,
    });
  }
}
