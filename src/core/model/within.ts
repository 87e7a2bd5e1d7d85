import { type Clock, sleep } from './clock.ts';

/** Waits for `work` until `limitMs` have passed or `cut` is aborted. Says whether it ended; throws what it throws. */
export async function within(
  work: Promise<unknown>,
  limitMs: number,
  { clock, cut }: { readonly clock: Clock; readonly cut?: AbortSignal },
): Promise<boolean> {
  const waiting = new AbortController();
  const signal = cut === undefined ? waiting.signal : AbortSignal.any([cut, waiting.signal]);
  try {
    return await Promise.race([
      work.then(() => true),
      sleep(clock, limitMs, signal).then(() => false),
    ]);
  } finally {
    waiting.abort();
  }
}
