import { createRequire } from 'node:module';
import { PartitaError } from '../core/index.ts';

type Inversify = typeof import('inversify');

/** Loads a module of an installed package; `require` of this file unless a test hands in another. */
export type Load = (id: string) => unknown;

/** @throws PartitaError `MISSING_PEER` when inversify or reflect-metadata is not installed. */
export function loadInversify(load: Load = createRequire(import.meta.url)): Inversify {
  try {
    // inversify's decorators store what they are told there; it has to be loaded first.
    load('reflect-metadata');
    return load('inversify') as Inversify;
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      'partita/di needs the packages inversify and reflect-metadata, which could not be loaded. Run: npm install inversify reflect-metadata',
      { cause },
    );
  }
}

/** The one copy of inversify that the application has, too. */
export const inversify: Inversify = loadInversify();
