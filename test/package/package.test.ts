import { describe, expect, it } from 'vitest';
import { builtPackage, entries, exportNames, manifest } from './built-package.ts';

const { files } = builtPackage();

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

  it.for(entries)('exports no other names from %s than those written down', (entry) => {
    // A change here is a change of the public surface: it belongs into CHANGELOG.md.
    expect(exportNames(entry)).toMatchSnapshot();
  });
});
