import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it } from 'vitest';
import { builtPackage, entries, exportNames, manifest } from './built-package.ts';

const { files, folder } = builtPackage();

describe('the published package', () => {
  it('holds the build and the papers, and nothing else', () => {
    const strangers = files.filter((file) => !/^dist\/.*\.(js|js\.map|d\.ts)$/.test(file));
    expect([...strangers].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'config.schema.json',
      'package.json',
    ]);
  });

  it('holds every file that its exports name', () => {
    const named = Object.values(manifest.exports)
      .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
      .map((path) => path.slice('./'.length));
    expect(files).toEqual(expect.arrayContaining(named));
  });

  it('has no syntax that the oldest Node of its engines cannot read', () => {
    const scripts = files.filter((file) => file.endsWith('.js'));
    const tooNew = scripts.filter((file) => {
      const tree = parseAst(readFileSync(join(folder, file), 'utf8'));
      const text = JSON.stringify(tree, (_, value) => (typeof value === 'bigint' ? '' : value));
      return /"kind":"(await )?using"/.test(text);
    });
    expect(tooNew).toEqual([]);
  });

  it.for(entries)('exports no other names from %s than those written down', (entry) => {
    // A change here is a change of the public surface: it belongs into CHANGELOG.md.
    expect(exportNames(entry)).toMatchSnapshot();
  });
});
