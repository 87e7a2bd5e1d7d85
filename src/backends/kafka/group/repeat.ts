import { type BackendEnv, PartitaError, sleep } from '../../../core/index.ts';
import { retryDelayMs } from '../retry-delay.ts';
import { interrupted, interruptible } from './interruptible.ts';

export interface RepeatOptions {
  readonly env: BackendEnv;
  readonly signal: AbortSignal;
  /** Told of the 1st, 2nd, 4th, 8th … failure. */
  readonly trouble: (error: PartitaError) => void;
}

/**
 * Repeats what fails for a passing reason, without limit and with capped backoff.
 *
 * @throws PartitaError `CLOSED` when the signal is aborted, or what no repetition heals.
 */
export async function repeatUntilDone<T>(
  what: string,
  attempt: () => Promise<T>,
  { env, signal, trouble }: RepeatOptions,
): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await interruptible(attempt(), signal, what);
    } catch (error) {
      if (signal.aborted || !PartitaError.is(error) || !error.retriable) throw error;
      failures++;
      if ((failures & (failures - 1)) === 0) trouble(error);
    }
    await sleep(env.clock, retryDelayMs(failures + 1, env.random), signal);
    if (signal.aborted) throw interrupted(what);
  }
}
