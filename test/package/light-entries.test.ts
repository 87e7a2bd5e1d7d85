import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** `import … from '…'`, `import '…'` and `export … from '…'`, but not those of types. */
const statements = /^(?:import|export)\s(?!type\b)(?:[^;'=()]*?\sfrom\s)?'([^']+)';/gm;

/** Everything that is loaded with a source file at once: files of the package, and packages by name. */
function loadedWith(entry: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  if (!entry.startsWith('src/')) return seen;
  const source = readFileSync(join(root, entry), 'utf8');
  for (const [, from = ''] of source.matchAll(statements))
    loadedWith(from.startsWith('.') ? join(dirname(entry), from) : from, seen);
  return seen;
}

const strangers = (entry: string, allowed: RegExp) =>
  [...loadedWith(entry)].filter((name) => !allowed.test(name));

describe('Importing', () => {
  it('partita loads core, the assignors by name and system, and no package', () => {
    expect(strangers('src/index.ts', /^(src\/(index|core|assignors|system)\b|node:)/)).toEqual([]);
  });

  it('partita/middleware loads core, and no package', () => {
    expect(strangers('src/middleware/index.ts', /^(src\/(middleware|core)\/|node:)/)).toEqual([]);
  });

  it('partita/config loads no backend before a configuration names one', () => {
    const allowed =
      /^(src\/(config|core|assignors|partitioners|logging|system)\/|node:|zod$|yaml$)/;
    expect(strangers('src/config/index.ts', allowed)).toEqual([]);
    expect(loadedWith('src/config/index.ts')).toContain('zod');
  });
});
