import type { Cancel, Clock } from './clock.ts';
import { Queue } from './queue.ts';
import type { ConsumerRecord } from './record.ts';
import { isThenable } from './record-lane.ts';
import type { Runnable, Slots } from './slots.ts';
import type { TimeSlice } from './time-slice.ts';

export interface ResolvedBatchLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly maxWaitMs: number;
}

/** What a batch lane needs from the partition it belongs to. */
export interface BatchOwner {
  readonly slots: Slots;
  readonly slice: TimeSlice;
  readonly clock: Clock;
  readonly running: boolean;
  readonly current: boolean;
  /** Calls the handler. Resolves to what failed; throws when all of it did. Settles what succeeded itself. */
  invokeBatch(job: BatchJob): unknown;
  started(): void;
  ended(): void;
  finishedBatch(job: BatchJob): void;
  /** Decides about a failure of a whole batch. */
  failedBatch(job: BatchJob, error: unknown): void;
}

/** One batch on its way through the handler, its retries included. */
export class BatchJob implements Runnable {
  records: readonly ConsumerRecord[] = [];
  attempt = 1;
  /** What the last call left undone, by index in `records`. */
  failures: ReadonlyMap<number, unknown> = new Map();
  readonly #lane: BatchLane;

  constructor(lane: BatchLane) {
    this.#lane = lane;
  }

  run(): void {
    this.#lane.runJob(this);
  }

  /** Goes through the handler once more, possibly with fewer records. */
  retry(records: readonly ConsumerRecord[] = this.records): void {
    this.records = records;
    this.attempt++;
    this.#lane.resubmit(this);
  }

  /** Settled, one way or another. */
  proceed(): void {
    this.#lane.settled(this);
  }
}

/**
 * Gathers the records of one partition into batches by records, bytes and time. With `ordered` a batch begins when the one
 * before is settled, else as slots allow.
 */
export class BatchLane {
  readonly #owner: BatchOwner;
  readonly #limits: ResolvedBatchLimits;
  readonly #ordered: boolean;
  readonly #records = new Queue<ConsumerRecord>();
  readonly #jobs = new Set<BatchJob>();
  /** Jobs that go on when the partition may run again. */
  readonly #parked = new Set<BatchJob>();
  #bytes = 0;
  #requested = 0;
  #waited = false;
  #timer: Cancel | undefined;

  constructor(owner: BatchOwner, limits: ResolvedBatchLimits, ordered: boolean) {
    this.#owner = owner;
    this.#limits = limits;
    this.#ordered = ordered;
  }

  push(record: ConsumerRecord): void {
    this.#records.push(record);
    this.#bytes += record.sizeBytes;
  }

  /** To be called when what was pushed is worth a look. */
  wake(): void {
    if (!this.#owner.running) return;
    for (const job of this.#parked) this.#request(job);
    this.#parked.clear();
    while (this.#mayBegin()) {
      const job = new BatchJob(this);
      this.#jobs.add(job);
      this.#requested++;
      this.#request(job);
    }
  }

  clear(): void {
    this.#records.clear();
    this.#bytes = 0;
    this.#parked.clear();
    this.#jobs.clear();
    this.#requested = 0;
    this.#stopTimer();
  }

  /** @internal */
  runJob(job: BatchJob): void {
    const fresh = job.attempt === 1 && job.records.length === 0;
    if (fresh && this.#requested > 0) this.#requested--;
    const forgotten = !this.#jobs.has(job);
    if (!forgotten && this.#owner.running && fresh) job.records = this.#take();
    if (forgotten || !this.#owner.running || job.records.length === 0) {
      if (fresh) this.#jobs.delete(job);
      else if (!forgotten) this.#parked.add(job);
      this.#owner.slots.release();
      return;
    }
    this.#owner.started();
    void this.#handle(job);
  }

  /** @internal */
  resubmit(job: BatchJob): void {
    if (this.#owner.running) this.#request(job);
    else this.#parked.add(job);
  }

  /** @internal */
  settled(job: BatchJob): void {
    this.#jobs.delete(job);
    this.wake();
  }

  #request(job: BatchJob): void {
    this.#owner.slots.request(job);
  }

  async #handle(job: BatchJob): Promise<void> {
    const owner = this.#owner;
    try {
      const result = owner.invokeBatch(job);
      if (isThenable(result)) await result;
    } catch (error) {
      this.#end();
      if (owner.current && this.#jobs.has(job)) owner.failedBatch(job, error);
      return;
    }
    const pause = owner.slice.spend(job.records.length);
    if (pause !== undefined) await pause;
    if (owner.current && this.#jobs.has(job)) owner.finishedBatch(job);
    this.#end();
  }

  #end(): void {
    this.#owner.ended();
    this.#owner.slots.release();
  }

  #mayBegin(): boolean {
    if (this.#records.length === 0) return false;
    if (this.#ordered && this.#jobs.size > 0) return false;
    // A batch that waits for its slot takes what has come by then: one waiting batch is enough until it is full.
    if (this.#records.length <= this.#requested * this.#limits.maxRecords) return false;
    const { maxRecords, maxBytes, maxWaitMs } = this.#limits;
    if (this.#records.length >= maxRecords || this.#bytes >= maxBytes) return true;
    if (maxWaitMs === 0 || this.#waited) return this.#requested === 0;
    this.#timer ??= this.#owner.clock.schedule(maxWaitMs, () => {
      this.#timer = undefined;
      this.#waited = true;
      this.wake();
    });
    return false;
  }

  #take(): ConsumerRecord[] {
    const { maxRecords, maxBytes } = this.#limits;
    this.#waited = false;
    this.#stopTimer();
    if (this.#bytes <= maxBytes) {
      const taken = this.#records.take(maxRecords);
      if (this.#records.length === 0) this.#bytes = 0;
      else for (const record of taken) this.#bytes -= record.sizeBytes;
      return taken;
    }
    const taken: ConsumerRecord[] = [];
    let bytes = 0;
    while (taken.length < maxRecords) {
      const record = this.#records.peek();
      if (record === undefined || (taken.length > 0 && bytes + record.sizeBytes > maxBytes)) break;
      bytes += record.sizeBytes;
      taken.push(record);
      this.#records.shift();
    }
    this.#bytes -= bytes;
    return taken;
  }

  #stopTimer(): void {
    this.#timer?.();
    this.#timer = undefined;
  }
}
