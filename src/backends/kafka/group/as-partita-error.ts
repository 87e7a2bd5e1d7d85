import { PartitaError } from '../../../core/index.ts';

/** What was thrown, as one of our errors; anything else is a defect. */
export function asPartitaError(what: string, error: unknown): PartitaError {
  if (PartitaError.is(error)) return error;
  return new PartitaError('INTERNAL', `${what} failed: ${String(error)}`, { cause: error });
}
