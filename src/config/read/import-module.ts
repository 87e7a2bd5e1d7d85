import { basename, dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { within } from '../../core/index.ts';
import { realClock } from '../../system/real-clock.ts';

/** A module, or why there is none. */
export type ImportedModule =
  | { readonly exports: Readonly<Record<string, unknown>> }
  | { readonly problem: string };

/**
 * Loads a file that is there.
 *
 * @param limitMs how long the module may take, in milliseconds; one that waits for something that never comes would else end the
 * process without a word. @default 30_000
 */
export async function importModule(file: string, limitMs = 30_000): Promise<ImportedModule> {
  try {
    const loading: Promise<Record<string, unknown>> = import(pathToFileURL(file).href);
    if (await within(loading, limitMs, { clock: realClock })) return { exports: await loading };
    return {
      problem: `the module was not loaded after ${limitMs / 1_000} s: it waits at its top level for something that does not come`,
    };
  } catch (error) {
    return { problem: why(error, file) };
  }
}

function why(error: unknown, file: string): string {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  const text = String(message ?? error);
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return missing(text);
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return /\.[mc]?ts\b/.test(text)
      ? `${text}; this Node.js does not run TypeScript by itself: use version 22.18 or later`
      : `it is no module, expected .ts, .mts, .js, .mjs or .cjs`;
  const place = placeIn(error, file);
  const told = `the module failed while it was loaded${place}: ${text}`;
  return isEsmInCommonJs(error, text) ? `${told}; ${asModule(file)}` : told;
}

/** What it imports is not there; which file says so is told already. */
function missing(text: string): string {
  const [, what, importer] =
    /^Cannot find (?:module|package) '([^']+)'.* imported from (.+?)$/m.exec(text) ?? [];
  if (what === undefined || importer === undefined) return text;
  const isPackage = text.startsWith('Cannot find package');
  const install = isPackage ? `; npm install ${what}` : '';
  return `${basename(importer)} imports ${what}, which is not there${install}`;
}

/** ` (orders.ts:3:7)`: the first place of a stack in the folder of the module. */
function placeIn(error: unknown, file: string): string {
  const stack = error instanceof Error ? String(error.stack) : '';
  const folder = pathToFileURL(dirname(file)).href;
  for (const [, url = '', place = ''] of stack.matchAll(/(file:\/\/[^\s)]+?):(\d+(?::\d+)?)\b/g))
    if (url.startsWith(`${folder}/`) && !url.includes('/node_modules/'))
      return ` (${basename(fileURLToPath(url))}:${place})`;
  return '';
}

function isEsmInCommonJs(error: unknown, text: string): boolean {
  return (
    error instanceof SyntaxError &&
    /^(Unexpected token 'export'|Cannot use import statement)/.test(text)
  );
}

/** `npm init` writes `"type": "commonjs"`, with which `.js` and `.ts` are no modules of today. */
function asModule(file: string): string {
  return `the package.json beside or above it does not say "type": "module": let it say so, or name the file ${basename(file).replace(/\.([jt])s$/, '.m$1s')}`;
}
