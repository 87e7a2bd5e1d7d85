/** Which topics are shared with official processors: seen in the last while, so that a pause of theirs changes nothing. */
export class MixedTopics {
  readonly #lastSeenMs = new Map<string, number>();
  readonly #keepMs: number;

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  get topics(): ReadonlySet<string> {
    return new Set(this.#lastSeenMs.keys());
  }

  /** Takes in what a snapshot showed. Returns what begins and what ends. */
  update(
    foreign: ReadonlySet<string>,
    nowMs: number,
  ): { readonly begun: readonly string[]; readonly ended: readonly string[] } {
    const begun = [...foreign].filter((topic) => !this.#lastSeenMs.has(topic));
    for (const topic of foreign) this.#lastSeenMs.set(topic, nowMs);
    const ended = [...this.#lastSeenMs]
      .filter(([, seenMs]) => nowMs - seenMs > this.#keepMs)
      .map(([topic]) => topic);
    for (const topic of ended) this.#lastSeenMs.delete(topic);
    return { begun, ended };
  }
}
