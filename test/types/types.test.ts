import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * A `*.test-d.ts` beside this file says by compiling what users can write (`expectTypeOf`), and by `@ts-expect-error` what
 * they cannot. It is never run.
 */
const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test-d.ts'));

const diagnostics = new Promise<string[]>((resolve) => {
  const tsc = 'node_modules/typescript/bin/tsc';
  execFile(process.execPath, [tsc, '-p', 'tsconfig.json', '--pretty', 'false'], (_, stdout) => {
    resolve(stdout.split('\n'));
  });
});

describe('types', () => {
  it.for(files)('%s compiles as it says', async (file) => {
    const found = (await diagnostics).filter((line) => line.startsWith(`test/types/${file}(`));
    expect(found).toEqual([]);
  });
});
