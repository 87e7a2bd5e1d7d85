/** How far back the rate is measured, in milliseconds. */
const windowMs = 60_000;
/** Looks at most so often, in milliseconds. */
const stepMs = 1_000;

interface Look {
  readonly atMs: number;
  readonly lag: number;
}

/** Says when a lag will be gone, if it goes on shrinking as it did over the last minute. */
export class DrainEstimate {
  readonly #looks: Look[] = [];

  /** Milliseconds until nothing is left; undefined when the lag does not shrink, or is looked at for the first time. */
  look(lag: number, nowMs: number): number | undefined {
    const looks = this.#looks;
    while (looks.length > 1 && (looks[0] as Look).atMs < nowMs - windowMs) looks.shift();
    const first = looks[0];
    const last = looks.at(-1);
    if (last === undefined || nowMs - last.atMs >= stepMs) looks.push({ atMs: nowMs, lag });
    if (lag === 0) return 0;
    if (first === undefined || nowMs <= first.atMs) return undefined;
    const perMs = (first.lag - lag) / (nowMs - first.atMs);
    return perMs > 0 ? lag / perMs : undefined;
  }
}
