import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * A `*.test-d.ts` beside this file says by compiling what users can write (`expectTypeOf`), and by `@ts-expect-error` what
 * they cannot. It is never run.
 */
const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test-d.ts'));

/** What `npm run types` reports, of all files: the test looks at its own. */
const diagnostics = new Promise<string[]>((resolve, reject) => {
  const tsc = 'node_modules/typescript/bin/tsc';
  const run = [tsc, '-p', 'tsconfig.json', '--pretty', 'false'];
  execFile(process.execPath, run, (error, stdout) => {
    const lines = stdout.split('\n').filter((line) => line !== '');
    if (error && !lines.some((line) => line.includes('): error TS'))) reject(error);
    resolve(lines);
  });
});

describe('types', () => {
  it.for(files)('%s compiles as it says', async (file) => {
    const found = (await diagnostics).filter((line) => line.startsWith(`test/types/${file}(`));
    expect(found).toEqual([]);
  });
});
