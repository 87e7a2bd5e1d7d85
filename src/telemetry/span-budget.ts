import type { Clock, Logger } from '../core/index.ts';

/** Spans are let begin in portions, so that the first ones of a second do not take all. */
const portionMs = 100;

/**
 * How many spans may begin. A span costs more than many a handler, and exporters drop what they cannot send: beyond the budget
 * handlers run and records are written without one, and are counted.
 */
export class SpanBudget {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #perSecond: number;
  #beganMs = Number.NEGATIVE_INFINITY;
  #left = 0;
  #leftOut = 0;
  #isTold = false;

  constructor(perSecond: number, clock: Pick<Clock, 'now'>) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Calls of handlers and writes that had no span. */
  get leftOut(): number {
    return this.#leftOut;
  }

  take(): boolean {
    const nowMs = this.#clock.now();
    if (nowMs - this.#beganMs >= portionMs) {
      this.#beganMs = nowMs;
      this.#left = Math.max(1, Math.round((this.#perSecond * portionMs) / 1_000));
    }
    if (this.#left === 0) {
      this.#leftOut++;
      return false;
    }
    this.#left--;
    return true;
  }

  /** Says once that some had none. */
  tell(log: Logger): void {
    if (this.#isTold || this.#leftOut === 0) return;
    this.#isTold = true;
    log.warn(
      `more than ${this.#perSecond} handlers and writes a second: the others have no span, and traces go on without them. Sample in the SDK, handle batches, or raise maxSpansPerSecond.`,
    );
  }
}
