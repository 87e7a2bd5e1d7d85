import { createRequire } from 'node:module';
import { PartitaError } from '../core/index.ts';

type Api = typeof import('@opentelemetry/api');

/** Loads a module of an installed package; `require` of this file unless a test hands in another. */
export type Load = (id: string) => unknown;

/**
 * The OpenTelemetry API. The application may have loaded another copy: they share what is set globally, and nothing that was
 * taken before that.
 *
 * @throws PartitaError `MISSING_PEER` when it is not installed.
 */
export function loadApi(load: Load = createRequire(import.meta.url)): Api {
  try {
    return load('@opentelemetry/api') as Api;
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      'partita/telemetry needs the package @opentelemetry/api, which could not be loaded. Run: npm install @opentelemetry/api',
      { cause },
    );
  }
}
