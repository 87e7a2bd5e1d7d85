/** An end that nobody has told of for so long is asked for, in milliseconds: where nothing is read, and elsewhere. */
const staleMs = { resting: 5_000, reading: 30_000 };

/**
 * Where the log of a partition ends, as far as known. Deliveries tell; where none come, because the partition is paused, stopped
 * or full, or has not been read yet, somebody has to ask.
 */
export class LogEnd {
  #offset: number | undefined;
  #knownMs = Number.NEGATIVE_INFINITY;
  #behindSinceMs: number | undefined;

  /** Undefined while nobody knows. */
  get offset(): number | undefined {
    return this.#offset;
  }

  /** Since when, at least, there has been something to read of which nothing has come; clock time. */
  get behindSinceMs(): number | undefined {
    return this.#behindSinceMs;
  }

  /** It came along with what was read. */
  delivered(offset: number | undefined, nowMs: number): void {
    this.#behindSinceMs = undefined;
    if (offset === undefined) return;
    this.#offset = offset;
    this.#knownMs = nowMs;
  }

  /** It was asked for. `isAgeKnown`: something near the frontier was read, and tells how old that is. */
  learned(offset: number, frontier: number, isAgeKnown: boolean, nowMs: number): void {
    const wasBehind = this.#offset !== undefined && this.#offset > frontier;
    // The answer may be older than a delivery since.
    this.#offset = Math.max(offset, this.#offset ?? 0);
    this.#knownMs = nowMs;
    if (this.#offset <= frontier) this.#behindSinceMs = undefined;
    else if (!wasBehind || !isAgeKnown) this.#behindSinceMs ??= nowMs;
  }

  /** Should it be asked for? */
  isStale(isResting: boolean, nowMs: number): boolean {
    return nowMs - this.#knownMs >= (isResting ? staleMs.resting : staleMs.reading);
  }
}
