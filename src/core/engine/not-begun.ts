import { PartitaError } from '../model/errors.ts';

/** Why a call ended whose handler was still waiting to begin when its partition came to rest. No failure: it will be read again. */
export const notBegun: PartitaError = new PartitaError(
  'CLOSED',
  'The partition came to rest before the handler began. The record stays for whoever reads it next.',
);
