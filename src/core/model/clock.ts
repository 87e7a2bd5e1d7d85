/** Cancels a scheduled call. Harmless when it already ran. */
export type Cancel = () => void;

/** The only source of time for the engine and the backends; tests hand in one they move themselves. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Calls `run` once, `delayMs` from now, never before this call has returned. In the `background` means: a process that has
   * nothing else to do may end before.
   */
  schedule(delayMs: number, run: () => void, options?: { readonly background?: boolean }): Cancel;
}

/** A number in [0, 1). Seeded in tests, so that jitter replays. */
export type Random = () => number;

/** Resolves after `delayMs`, or at once when `signal` is aborted: look at the signal to tell which. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.schedule(delayMs, wake);
    signal?.addEventListener('abort', wake);
  });
}
