import { PartitaError } from '../core/index.ts';

/** What cannot be started as the configuration says is told with the key that says so. */
export async function atKey<T>(key: string, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (cause) {
    if (!PartitaError.is(cause) || cause.code !== 'INVALID_CONFIG') throw cause;
    throw new PartitaError(cause.code, `${key}: ${cause.message}`, { cause });
  }
}
