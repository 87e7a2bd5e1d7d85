/** Records that limits have taken from a log since it exists, by the limit that was reached. */
export interface DroppedRecords {
  readonly byBytes: number;
  readonly byAge: number;
  /** By the limit for all partitions together. */
  readonly byMemory: number;
  readonly bytes: number;
}

export type DropCause = 'bytes' | 'age' | 'memory';

/** Counts them. */
export class DroppedCount {
  readonly #records: Record<DropCause, number> = { bytes: 0, age: 0, memory: 0 };
  #bytes = 0;

  add(cause: DropCause, records: number, bytes: number): void {
    this.#records[cause] += records;
    this.#bytes += bytes;
  }

  get soFar(): DroppedRecords {
    const { bytes: byBytes, age: byAge, memory: byMemory } = this.#records;
    return { byBytes, byAge, byMemory, bytes: this.#bytes };
  }
}
