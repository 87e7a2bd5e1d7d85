import { createRequire } from 'node:module';

/** Of this package, as its package.json says. */
export function version(): string {
  // By name: where this file lies is the business of whoever bundles it.
  return (createRequire(import.meta.url)('partita/package.json') as { version: string }).version;
}
