import { PartitaError } from '../../../core/index.ts';

/** What something that was waiting is told when it is called off. */
export function interrupted(what: string): PartitaError {
  return new PartitaError(
    'CLOSED',
    `${what} was called off, because the session moved on or closes.`,
  );
}

/** The promise's outcome, or `CLOSED` as soon as the signal is aborted. What comes after that is dropped. */
export function interruptible<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  what: string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(interrupted(what));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
