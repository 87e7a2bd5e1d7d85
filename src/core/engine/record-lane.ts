import type { ConsumerRecord } from '../model/record.ts';
import { isThenable } from '../model/thenable.ts';
import { Queue } from './queue.ts';
import type { Runnable, Slots } from './slots.ts';
import type { TimeSlice } from './time-slice.ts';

/** What a lane needs from the partition it belongs to. */
export interface LaneOwner {
  readonly slots: Slots;
  readonly slice: TimeSlice;
  /** False while nothing may start: opening, paused, draining, stopped. */
  readonly running: boolean;
  /** False once the partition is no longer ours: what ends later does not count. */
  readonly current: boolean;
  /** Calls the handler. */
  invoke(record: ConsumerRecord, attempt: number): unknown;
  started(): void;
  ended(): void;
  finished(record: ConsumerRecord): void;
  /** Decides about a failure; calls `retry`, `proceed` or nothing at all on the lane. */
  failed(lane: RecordLane, record: ConsumerRecord, error: unknown, attempt: number): void;
  emptied(lane: RecordLane): void;
}

/**
 * Records that must be handled one after the other: those of a partition, of a key, or a single one. Holds a slot only
 * while a handler runs; waiting for a retry costs nobody anything.
 */
export class RecordLane implements Runnable {
  readonly key: number | undefined;
  readonly #owner: LaneOwner;
  readonly #records = new Queue<ConsumerRecord>();
  #attempt = 1;
  /** `held`: waits for a decision, a delay or a dead-letter write. */
  #state: 'idle' | 'waiting' | 'running' | 'held' = 'idle';

  constructor(owner: LaneOwner, key: number | undefined) {
    this.#owner = owner;
    this.key = key;
  }

  push(record: ConsumerRecord): void {
    this.#records.push(record);
    if (this.#state === 'idle') this.wake();
  }

  /** Goes on if there is something to do and it may start. */
  wake(): void {
    if (this.#state !== 'idle' || this.#records.length === 0 || !this.#owner.running) return;
    this.#state = 'waiting';
    this.#owner.slots.request(this);
  }

  /** The head record is tried once more. */
  retry(): void {
    this.#attempt++;
    this.#state = 'idle';
    this.wake();
  }

  /** The head record is settled otherwise; the next one may go. */
  proceed(): void {
    this.#settle();
    this.#state = 'idle';
    if (this.#records.length === 0) this.#owner.emptied(this);
    else this.wake();
  }

  /** Forgets its records for good: they will be read again, here or elsewhere. */
  clear(): void {
    this.#records.clear();
  }

  run(): void {
    if (!this.#owner.running || this.#records.length === 0) {
      this.#state = 'idle';
      this.#owner.slots.release();
      return;
    }
    this.#state = 'running';
    this.#owner.started();
    void this.#handle();
  }

  async #handle(): Promise<void> {
    const owner = this.#owner;
    for (;;) {
      const record = this.#records.peek();
      if (record === undefined || !owner.running) break;
      try {
        const result = owner.invoke(record, this.#attempt);
        if (isThenable(result)) await result;
      } catch (error) {
        this.#state = 'held';
        const pause = owner.slice.spend();
        if (pause !== undefined) await pause;
        this.#end();
        if (owner.current) owner.failed(this, record, error, this.#attempt);
        return;
      }
      if (!owner.current) break;
      if (this.#records.peek() === record) this.#settle();
      owner.finished(record);
      const pause = owner.slice.spend();
      if (pause !== undefined) await pause;
      if (owner.slots.contended) break;
    }
    this.#state = 'idle';
    if (this.#records.length === 0) owner.emptied(this);
    this.#end();
    this.wake();
  }

  #settle(): void {
    this.#records.shift();
    this.#attempt = 1;
  }

  #end(): void {
    this.#owner.ended();
    this.#owner.slots.release();
  }
}
