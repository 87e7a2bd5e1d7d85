import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Layer, layers } from './layers.ts';

/** The same import from one folder further down. */
function deeper(specifier: string): string {
  if (specifier.startsWith('./')) return `.${specifier}`;
  return specifier.startsWith('../') ? `../${specifier}` : specifier;
}

interface Probe {
  readonly file: string;
  readonly source: string;
}

/** A type spelled `import('…').A` is not seen by the linter: purity.test.ts looks for those. */
const spellings: Record<string, (from: string) => string> = {
  import: (from) => `import { a } from '${from}';\nexport const b: unknown = a;\n`,
  'import type': (from) => `import type { A } from '${from}';\nexport type B = A;\n`,
  'export from': (from) => `export { a } from '${from}';\n`,
  'import()': (from) => `export const a: unknown = await import('${from}');\n`,
};

function probesOf({ folder, allowed, forbidden }: Layer): { good: Probe[]; bad: Probe[] } {
  const spelled = (kind: string, specifiers: readonly string[], below: string): Probe[] =>
    specifiers.flatMap((specifier, i) =>
      Object.values(spellings).map((spell, j) => ({
        file: join('src', folder, below, `probe-${kind}-${i}-${j}.ts`),
        source: spell(specifier),
      })),
    );
  // Below the package root lie the other layers, not more of it.
  const below = (kind: string, specifiers: readonly string[]): Probe[] =>
    folder === '.' ? [] : spelled(kind, specifiers.map(deeper), 'sub');
  return {
    good: [...spelled('good', allowed, '.'), ...below('good', allowed)],
    bad: [...spelled('bad', forbidden, '.'), ...below('bad', forbidden)],
  };
}

const globals = {
  setTimeout: 'setTimeout(() => {}, 1)',
  setInterval: 'setInterval(() => {}, 1)',
  setImmediate: 'setImmediate(() => {})',
  Date: 'Date.now()',
  performance: 'performance.now()',
  crypto: 'crypto.randomUUID()',
  process: 'process.pid',
  console: "console.log('')",
  fetch: "fetch('')",
  globalThis: 'globalThis.setTimeout(() => {}, 1)',
};
const pureFolders = layers
  .map(({ folder }) => folder)
  .filter((folder) => !['system', 'testing', 'cli', 'dashboard', '.'].includes(folder));
const globalProbes = pureFolders.flatMap((folder) =>
  Object.entries(globals).map(([name, expression]) => ({
    file: join('src', folder, `global-${name}.ts`),
    source: `export const a: unknown = ${expression};\n`,
  })),
);

const root = process.cwd();
let copy = '';
let reported: Set<string>;

beforeAll(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'partita-layers-')));
  cpSync(join(root, 'biome.json'), join(copy, 'biome.json'));
  const probes = layers.map(probesOf).flatMap(({ good, bad }) => [...good, ...bad]);
  for (const { file, source } of [...probes, ...globalProbes]) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), source);
  }
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const run = spawnSync(
    process.execPath,
    [biome, 'lint', '--reporter=github', '--max-diagnostics=none'],
    { cwd: copy, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const files = run.stdout.matchAll(/file=([^,]+),/g);
  reported = new Set([...files].map(([, file = '']) => relative(copy, file)));
});

afterAll(() => rmSync(copy, { recursive: true }));

const unreported = (probes: readonly Probe[]) =>
  probes.filter(({ file }) => !reported.has(file)).map(({ source }) => source);
const wronglyReported = (probes: readonly Probe[]) =>
  probes.filter(({ file }) => reported.has(file)).map(({ source }) => source);

describe.for(layers)('the layer src/$folder', (layer) => {
  const { good, bad } = probesOf(layer);

  it('may import what design allows it', () => {
    expect(wronglyReported(good)).toEqual([]);
  });

  it('is stopped by the linter from importing anything else, however it is spelled', () => {
    expect(unreported(bad)).toEqual([]);
  });
});

describe('outside of src/system', () => {
  it('the linter denies timers, clocks, randomness, the environment and the console', () => {
    expect(unreported(globalProbes)).toEqual([]);
  });
});

describe('a folder of src', () => {
  it('is a layer with a list of its own', () => {
    const src = join(root, 'src');
    const folders = readdirSync(src, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'backends')
      .map(({ name }) => name);
    const backends = readdirSync(join(src, 'backends')).map((name) => `backends/${name}`);
    expect(layers.map(({ folder }) => folder)).toEqual(
      expect.arrayContaining([...folders, ...backends]),
    );
  });

  it('has folders of one level only, as deep as the lists reach', () => {
    const built = layers.filter(({ folder }) => existsSync(join(root, 'src', folder)));
    const nested = built.filter(({ folder }) => folder !== '.');
    const tooDeep = nested.flatMap(({ folder }) =>
      readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.split('/').length > 2)
        .map((name) => join(folder, name)),
    );
    expect(tooDeep).toEqual([]);
  });
});
