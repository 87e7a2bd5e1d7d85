import { setTimeout as realWait, setImmediate } from 'node:timers/promises';
import { PartitaError } from '../../core/index.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Work } from './work.ts';

/** How often real work is looked at, in milliseconds of real time. */
const lookMs = 1;

export interface DriverOptions {
  readonly clock: VirtualClock;
  /** The processes' work. */
  work(): readonly Work[];
  /** Most virtual time that one wait may take, in milliseconds. */
  readonly limitMs: number;
  /** Most real time that the user's code may take without an end in sight, in milliseconds. */
  readonly realLimitMs: number;
}

/**
 * Waits for conditions. Virtual time moves from timer to timer, but only while no code of the user runs: what that waits for
 * is real and takes real time.
 */
export class Driver {
  readonly #options: DriverOptions;
  /** What was running at the last look, and since when. */
  #before = '';
  #sinceMs = 0;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** @throws PartitaError `TIMEOUT`, with what `missing` says, when a limit is passed */
  async until(
    what: string,
    condition: () => boolean | Promise<boolean>,
    missing: () => readonly string[] = () => [],
  ): Promise<void> {
    const { clock, limitMs } = this.#options;
    const endMs = clock.now() + limitMs;
    for (;;) {
      await setImmediate();
      if (await condition()) return;
      if (await this.#realWork(what)) continue;
      if (clock.nextDueMs > endMs) throw this.#gaveUp(what, missing(), limitMs);
      await clock.step();
    }
  }

  /** Waits for a promise. */
  async settle<T>(what: string, promise: Promise<T>): Promise<T> {
    let settled = false;
    const note = () => {
      settled = true;
    };
    promise.then(note, note);
    await this.until(what, () => settled);
    return promise;
  }

  /** True when the user's code is running; it has had some real time then. */
  async #realWork(what: string): Promise<boolean> {
    const { realLimitMs } = this.#options;
    const work = this.#options.work();
    const now = work.flatMap(({ running }) => running);
    if (now.length === 0) return false;
    const nowMs = performance.now();
    // Whatever begins or ends is progress.
    const state = [...now, ...work.map(({ begun }) => begun)].join();
    if (state !== this.#before) this.#sinceMs = nowMs;
    this.#before = state;
    if (nowMs - this.#sinceMs > realLimitMs)
      throw new PartitaError(
        'TIMEOUT',
        `Waited for ${what}, but ${now.join(', ')} did not end within ${realLimitMs} ms of real time. Virtual time stands still meanwhile: when the code waits for it (a time limit, an aborted signal), call advance(ms).`,
      );
    await realWait(lookMs);
    return true;
  }

  #gaveUp(what: string, missing: readonly string[], limitMs: number): PartitaError {
    const { clock } = this.#options;
    const why =
      clock.pending === 0 ? 'and no timer is left that could bring it about' : 'and it goes on';
    const list = missing.map((sentence) => sentence.replace(/\.$/, '')).join('; ');
    return new PartitaError(
      'TIMEOUT',
      `Waited for ${what} through ${limitMs} ms of virtual time, ${why}${list === '' ? '' : `: ${list}`}.${clock.pending === 0 ? '' : ' A larger limitMs of testApp waits longer.'}`,
    );
  }
}
