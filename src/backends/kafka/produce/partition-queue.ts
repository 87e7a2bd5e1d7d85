import { PendingBatch, type ProducerIdentity } from './pending-batch.ts';

/** Sequences are 31 bits wide and start again at 0 (`DefaultRecordBatch.incrementSequence`). */
const SEQUENCES = 2 ** 31;

/** Batches of one partition in the order they were begun: the last one is open while records still fit. */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  readonly #batches: PendingBatch[] = [];
  #open: PendingBatch | undefined;
  inFlight = 0;
  /** Nothing is sent before: a failed attempt was just made. */
  retryAtMs = 0;
  /** Failed attempts in a row. */
  failures = 0;
  /** Larger batches were refused. */
  limitBytes: number = Number.POSITIVE_INFINITY;
  /** Size of the last batch: the next one begins with as much memory. */
  #typicalBytes: number | undefined;
  /** Absent: the next batch needs a new one. */
  #identity: ProducerIdentity | undefined;
  #usedProducerId = -1;
  #nextSequence = 0;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** The batch that has room for so many bytes more; a new one when there is none. */
  batchFor(bytes: number, batchBytes: number, nowMs: number): PendingBatch {
    const open = this.#open;
    const limitBytes = Math.min(batchBytes, this.limitBytes);
    if (open !== undefined && open.sizeBytes + bytes <= limitBytes) return open;
    this.#open = new PendingBatch(nowMs, this.#typicalBytes);
    this.#batches.push(this.#open);
    return this.#open;
  }

  /** The open batch waits for nothing more. */
  closeOpen(): void {
    this.#open = undefined;
  }

  /** When the first batch may be sent; Infinity: there is none. */
  readyAtMs(lingerMs: number): number {
    const first = this.#batches[0];
    if (first === undefined) return Number.POSITIVE_INFINITY;
    const lingering = first === this.#open && first.attempts === 0;
    return Math.max(lingering ? first.createdAtMs + lingerMs : 0, this.retryAtMs);
  }

  /** The size of the batch that `take` would give. */
  get nextBytes(): number {
    return this.#batches[0]?.sizeBytes ?? 0;
  }

  take(): PendingBatch | undefined {
    const batch = this.#batches.shift();
    if (batch === this.#open) this.#open = undefined;
    this.#typicalBytes = batch?.sizeBytes;
    return batch;
  }

  /** In front of all others: they are older. */
  putBack(batches: readonly PendingBatch[]): void {
    this.#batches.unshift(...batches);
  }

  remove(batch: PendingBatch): void {
    const at = this.#batches.indexOf(batch);
    if (at >= 0) this.#batches.splice(at, 1);
    if (batch === this.#open) this.#open = undefined;
    if (batch.attempts > 0) this.forgetIdentity();
  }

  /** Everything that waits; the queue is empty then. */
  clear(): PendingBatch[] {
    const batches = this.#batches.splice(0);
    for (const batch of batches) if (batch.attempts > 0) this.forgetIdentity();
    this.#open = undefined;
    return batches;
  }

  get identity(): ProducerIdentity | undefined {
    return this.#identity;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** Sequences begin at 0 for an identity, so each serves this partition once. */
  adopt(identity: ProducerIdentity): boolean {
    if (identity.producerId === this.#usedProducerId) return false;
    this.#identity = identity;
    this.#usedProducerId = identity.producerId;
    this.#nextSequence = 0;
    return true;
  }

  /** Whether the last sequences were used is unknown, or the broker has forgotten them. */
  forgetIdentity(): void {
    this.#identity = undefined;
  }

  advance(records: number): void {
    this.#nextSequence = (this.#nextSequence + records) % SEQUENCES;
  }
}
