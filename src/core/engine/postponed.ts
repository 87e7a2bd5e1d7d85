import type { Cancel, Clock } from '../model/clock.ts';
import type { ConsumerRecord } from '../model/record.ts';
import { dueMsOf } from './parked-record.ts';
import { Queue } from './queue.ts';

/**
 * Records of a retry topic whose time has not come, in the order of the log. One timer for all: the records of such a topic were
 * parked for equally long, so the first is due first; one that is due earlier waits for those before it.
 */
export class Postponed {
  readonly #clock: Clock;
  readonly #release: (records: readonly ConsumerRecord[]) => void;
  readonly #records = new Queue<ConsumerRecord>();
  #timer: Cancel | undefined;

  constructor(clock: Clock, release: (records: readonly ConsumerRecord[]) => void) {
    this.#clock = clock;
    this.#release = release;
  }

  get length(): number {
    return this.#records.length;
  }

  /** The first that waits. */
  get head(): ConsumerRecord | undefined {
    return this.#records.peek();
  }

  /** Keeps a record until it is due; false when it may be handled at once. */
  take(record: ConsumerRecord): boolean {
    if (this.#records.length === 0 && dueMsOf(record) <= this.#clock.now()) return false;
    this.#records.push(record);
    this.#wait();
    return true;
  }

  /** Forgets what waits: it will be read again, here or elsewhere. */
  clear(): void {
    this.#records.clear();
    this.#timer?.();
    this.#timer = undefined;
  }

  #wait(): void {
    const next = this.#records.peek();
    if (next === undefined || this.#timer !== undefined) return;
    const delayMs = Math.max(0, dueMsOf(next) - this.#clock.now());
    this.#timer = this.#clock.schedule(Math.min(delayMs, longestTimerMs), () => {
      this.#timer = undefined;
      const due = this.#takeDue();
      if (due.length > 0) this.#release(due);
      this.#wait();
    });
  }

  #takeDue(): readonly ConsumerRecord[] {
    const nowMs = this.#clock.now();
    const due: ConsumerRecord[] = [];
    for (let next = this.#records.peek(); next !== undefined; next = this.#records.peek()) {
      if (dueMsOf(next) > nowMs) break;
      due.push(next);
      this.#records.shift();
    }
    return due;
  }
}

/** More than timers can wait; whatever a damaged header says, it is looked at again. */
const longestTimerMs = 2 ** 31 - 1;
