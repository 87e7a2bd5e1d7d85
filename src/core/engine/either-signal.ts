/** A signal for the time of one call. */
export interface CallSignal {
  readonly signal: AbortSignal;
  /** To be called when the call is over: a signal that outlives many calls must not remember them. */
  release(): void;
}

/**
 * Aborted when one of them is. Unlike `AbortSignal.any` it is let go of at a known moment, not when garbage is collected:
 * one of them belongs to a partition and lives for days.
 */
export function eitherSignal(one: AbortSignal, other: AbortSignal): CallSignal {
  const own = new AbortController();
  const listeners = [one, other].map((signal) => {
    const forward = () => own.abort(signal.reason);
    if (signal.aborted) forward();
    else signal.addEventListener('abort', forward, { once: true });
    return () => signal.removeEventListener('abort', forward);
  });
  return {
    signal: own.signal,
    release() {
      for (const remove of listeners) remove();
    },
  };
}
