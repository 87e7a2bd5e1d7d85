import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPackage, buildPackage, manifest } from './built-package.ts';

let built: BuiltPackage;
beforeAll(() => {
  built = buildPackage();
}, 120_000);
afterAll(() => built?.[Symbol.dispose]());

const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith('.json'));

describe('the published package', () => {
  it('holds the build and the papers, and nothing else', () => {
    const strangers = built
      .files()
      .filter((file) => !/^dist\/.*\.(js|js\.map|d\.ts)$/.test(file))
      .sort();
    expect(strangers).toEqual([
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
    expect(built.files()).toEqual(expect.arrayContaining(named));
  });

  it.for(entries)('exports no other names from %s than those written down', (entry) => {
    // A change here is a change of the public surface: it belongs into CHANGELOG.md.
    expect(built.exportNames(entry)).toMatchSnapshot();
  });
});
