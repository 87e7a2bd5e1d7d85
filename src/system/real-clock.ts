import type { Clock } from '../core/index.ts';

/** Wall-clock time and Node's timers. A delay of 0 runs in the next turn of the event loop, after pending I/O. */
export const realClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, run, { background = false } = {}) {
    if (delayMs <= 0) {
      const immediate = setImmediate(run);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(run, delayMs);
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
};
