import { createRequire } from 'node:module';
import { PartitaError } from '../../../core/index.ts';

type Sdk = typeof import('@azure/event-hubs');

/** Loads a module of an installed package; `require` of this file unless a test hands in another. */
export type Load = (id: string) => unknown;

/** @throws PartitaError `MISSING_PEER` when the client library is not installed. */
export function loadSdk(load: Load = createRequire(import.meta.url)): Sdk {
  try {
    return load('@azure/event-hubs') as Sdk;
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      'The Event Hubs backend needs the package @azure/event-hubs, which could not be loaded. Run: npm install @azure/event-hubs @azure/storage-blob',
      { cause },
    );
  }
}
