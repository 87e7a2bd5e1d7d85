import { setImmediate } from 'node:timers/promises';
import { type Cancel, type Clock, InvalidConfigError, show } from '../core/index.ts';

interface Timer {
  readonly dueMs: number;
  readonly run: () => void;
}

export interface VirtualClockOptions {
  /** What `now()` says at first, in milliseconds since 1970. @default 1_767_225_600_000 (2026-01-01, midnight UTC) */
  readonly startMs?: number;
}

export interface UntilOptions {
  /** Gives up when the condition would need more virtual time than this. @default 600_000 */
  readonly limitMs?: number;
  /** What is waited for; part of the error. @default the condition's source text */
  readonly what?: string;
}

/**
 * A clock that stands still until it is moved, so that hours of time-outs take milliseconds and each run is the same.
 *
 * Timers run one by one, by due time and then in the order they were scheduled. Before each of them everything that
 * promises have left to do is done. What a worker thread or a socket has left to do is not waited for.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  /** By due time, those scheduled first in front. */
  readonly #timers: Timer[] = [];

  constructor({ startMs = 1_767_225_600_000 }: VirtualClockOptions = {}) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, run: () => void): Cancel {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#timers.splice(this.#placeOf(timer.dueMs), 0, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  /** Number of timers that have not run yet. */
  get pending(): number {
    return this.#timers.length;
  }

  /** When the next timer is due, in milliseconds since 1970; infinity when there is none. */
  get nextDueMs(): number {
    return this.#timers[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** Moves on to the next timer and runs it. */
  async step(): Promise<void> {
    await this.#runNext();
  }

  /**
   * Moves on by `ms` and runs what falls due on the way, also what those timers schedule.
   *
   * @throws InvalidConfigError when that is no length of time
   */
  async advance(ms: number): Promise<void> {
    if (!(typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY))
      throw new InvalidConfigError('call of advance', [
        `ms is ${show(ms)}, expected milliseconds from 0 on`,
      ]);
    const endMs = this.#nowMs + ms;
    await setImmediate();
    while (this.nextDueMs <= endMs) await this.#runNext();
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  /** Lets promises settle without moving the clock; timers do not run, also those that are due now. */
  async settle(): Promise<void> {
    await setImmediate();
  }

  /**
   * Moves from timer to timer until the condition holds.
   *
   * @throws Error when nothing is left that could make it true, or `limitMs` would be passed.
   */
  async until(
    condition: () => boolean | Promise<boolean>,
    options: UntilOptions = {},
  ): Promise<void> {
    const { limitMs = 600_000, what = condition.toString() } = options;
    const startMs = this.#nowMs;
    await setImmediate();
    while (!(await condition())) {
      const dueMs = this.nextDueMs;
      if (dueMs > startMs + limitMs) throw new Error(this.#gaveUp(what, startMs, limitMs));
      await this.#runNext();
    }
  }

  async #runNext(): Promise<void> {
    const timer = this.#timers.shift();
    if (timer === undefined) return;
    // An earlier due time happens when two callers move the clock at once; time never goes back.
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.run();
    await setImmediate();
  }

  /** Behind all timers that are due at that time or earlier. */
  #placeOf(dueMs: number): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const timer = this.#timers[middle];
      if (timer !== undefined && timer.dueMs <= dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #gaveUp(what: string, startMs: number, limitMs: number): string {
    const passedMs = this.#nowMs - startMs;
    return this.#timers.length === 0
      ? `Not reached after ${passedMs} ms of virtual time, and no timer is left that could bring it about: ${what}`
      : `Not reached within ${limitMs} ms of virtual time (${this.#timers.length} timers pending, the next in ` +
          `${this.nextDueMs - this.#nowMs} ms): ${what}`;
  }
}
