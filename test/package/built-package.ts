import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { types: string; default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const root = process.cwd();

export const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Where code can import from: `.`, `./kafka`, … */
export const entries: readonly string[] = Object.keys(manifest.exports).filter(
  (entry) => !entry.endsWith('.json'),
);

/** The package as it would be published. It is built once per run, see build-once.ts. */
export interface BuiltPackage {
  /** Where it is unpacked, with its dependencies beside it. */
  readonly folder: string;
  /** What `npm pack` has made of it. */
  readonly archive: string;
  /** What is in the archive. */
  readonly files: readonly string[];
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly builtPackage: BuiltPackage;
  }
}

export const builtPackage = (): BuiltPackage => inject('builtPackage');

/** Names of the values that an entry such as `./kafka` exports, as a user's program sees them. */
export function exportNames(entry: string): string[] {
  const specifier = JSON.stringify(manifest.name + entry.slice(1));
  const program = `console.log(JSON.stringify(Object.keys(await import(${specifier}))))`;
  const cwd = builtPackage().folder;
  const options = { cwd, encoding: 'utf8' as const };
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], options),
  ).sort();
}
