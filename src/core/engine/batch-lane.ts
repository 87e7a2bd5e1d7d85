import type { Cancel, Clock } from '../model/clock.ts';
import type { ConsumerRecord } from '../model/record.ts';
import { isThenable } from '../model/thenable.ts';
import { Queue } from './queue.ts';
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
  /** No room for more records: waiting for a fuller batch would be in vain. */
  readonly full: boolean;
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
  /** Begun and not settled. */
  readonly #jobs = new Set<BatchJob>();
  /** Jobs that go on when the partition may run again. */
  readonly #parked = new Set<BatchJob>();
  #bytes = 0;
  /** Jobs that wait for a slot and have taken no records yet. */
  #requested = 0;
  /** The first record has waited long enough. */
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
    for (const job of this.#parked) this.#owner.slots.request(job);
    this.#parked.clear();
    while (this.#mayBegin()) {
      const job = new BatchJob(this);
      this.#jobs.add(job);
      this.#requested++;
      this.#owner.slots.request(job);
    }
  }

  /** Forgets what waits, for good. What runs may end. */
  clear(): void {
    this.#records.clear();
    this.#bytes = 0;
    this.#parked.clear();
    this.#stopTimer();
  }

  /** @internal */
  runJob(job: BatchJob): void {
    const fresh = job.records.length === 0;
    if (fresh) this.#requested--;
    if (fresh && this.#owner.running) job.records = this.#take();
    if (!this.#owner.running || job.records.length === 0) {
      if (fresh) this.#jobs.delete(job);
      else this.#parked.add(job);
      this.#owner.slots.release();
      return;
    }
    this.#owner.started();
    void this.#handle(job);
    // What did not fit into this batch may be enough for one more, or begins to wait now.
    if (fresh) this.wake();
  }

  /** @internal */
  resubmit(job: BatchJob): void {
    if (this.#owner.running) this.#owner.slots.request(job);
    else this.#parked.add(job);
  }

  /** @internal */
  settled(job: BatchJob): void {
    this.#jobs.delete(job);
    this.wake();
  }

  async #handle(job: BatchJob): Promise<void> {
    const owner = this.#owner;
    let failure: { readonly error: unknown } | undefined;
    try {
      const result = owner.invokeBatch(job);
      if (isThenable(result)) await result;
    } catch (error) {
      failure = { error };
    }
    const pause = owner.slice.spend(job.records.length);
    if (pause !== undefined) await pause;
    // Counted before the slot goes back: whoever waits for the handlers to end then finds all of it finished.
    if (owner.current && failure === undefined) owner.finishedBatch(job);
    owner.ended();
    owner.slots.release();
    if (owner.current && failure !== undefined) owner.failedBatch(job, failure.error);
  }

  #mayBegin(): boolean {
    if (this.#records.length === 0) return false;
    const { maxRecords, maxBytes } = this.#limits;
    const enough =
      this.#records.length >= maxRecords || this.#bytes >= maxBytes || this.#owner.full;
    if (!enough && !this.#hasWaited()) return false;
    if (this.#ordered && this.#jobs.size > 0) return false;
    // A batch that waits for its slot takes what has come by then: one waiting batch is enough until it is full.
    if (this.#requested > 0 && !enough) return false;
    return this.#records.length > this.#requested * maxRecords;
  }

  /** Starts to wait when nobody does, also while another batch is under way. */
  #hasWaited(): boolean {
    const { maxWaitMs } = this.#limits;
    if (maxWaitMs === 0 || this.#waited) return true;
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
    return this.#takeBytes(maxRecords, maxBytes);
  }

  /** At least one record, however large. */
  #takeBytes(maxRecords: number, maxBytes: number): ConsumerRecord[] {
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
