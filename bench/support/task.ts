/** What a contender is told: one JSON argument, so that each runs in a process of its own. */
export interface Task {
  readonly bootstrap: readonly string[];
  readonly topic: string;
  readonly records: number;
  /** A new group for each run. */
  readonly group: string;
}

/** What a contender says: records and the milliseconds they took, from the first one seen to the last. */
export interface Result {
  readonly records: number;
  readonly ms: number;
}

export function readTask(): Task {
  return JSON.parse(process.argv[2] ?? '{}') as Task;
}

/** Counts what arrives and says the result when all of it has. The clock starts with the first arrival. */
export class Stopwatch {
  readonly done: Promise<void>;
  readonly #expected: number;
  #seen = 0;
  #startedAt = 0;
  #finish: () => void = () => {};

  constructor(expected: number) {
    this.#expected = expected;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  count(records = 1): void {
    if (this.#seen === 0) this.#startedAt = performance.now();
    this.#seen += records;
    if (this.#seen >= this.#expected) this.#finish();
  }

  report(): void {
    report({ records: this.#seen, ms: performance.now() - this.#startedAt });
  }
}

export function report(result: Result): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
