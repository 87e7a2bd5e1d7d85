import { spawnSync } from 'node:child_process';
import {
  cpSync,
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

interface Layer {
  readonly folder: string;
  readonly allowed: readonly string[];
  readonly forbidden: readonly string[];
}

/** Import specifiers as files directly in the folder of the layer write them. */
const layers: readonly Layer[] = [
  {
    folder: 'core',
    allowed: ['./record.ts', './sub/part.ts'],
    forbidden: [
      '../system/index.ts',
      './../system/index.ts',
      '../assignors/index.ts',
      '../backends/memory/index.ts',
      '../index.ts',
      'node:events',
      'node:timers/promises',
      'kafkajs',
    ],
  },
  {
    folder: 'system',
    allowed: ['./clock.ts', '../core/index.ts', 'node:timers/promises', 'node:process'],
    forbidden: ['../core/clock.ts', '../backends/memory/index.ts', '../index.ts', 'kafkajs'],
  },
  {
    folder: 'protocol',
    allowed: ['./reader.ts', './apis/01-fetch.ts', 'node:buffer', 'node:zlib', '@node-rs/crc32'],
    forbidden: ['../core/index.ts', '../assignors/index.ts', 'node:net', 'kafkajs'],
  },
  {
    folder: 'assignors',
    allowed: ['./range.ts', '../core/index.ts'],
    forbidden: ['../core/assignor.ts', '../protocol/index.ts', 'node:crypto'],
  },
  {
    folder: 'partitioners',
    allowed: ['./murmur2.ts', '../core/index.ts'],
    forbidden: ['../core/partitioner.ts', '../protocol/index.ts', '../assignors/index.ts'],
  },
  {
    folder: 'backends/memory',
    allowed: [
      './log.ts',
      '../../core/index.ts',
      '../../assignors/index.ts',
      '../../partitioners/index.ts',
    ],
    forbidden: [
      '../../core/record.ts',
      '../../protocol/index.ts',
      '../../testing/index.ts',
      '../kafka/index.ts',
      'node:timers',
    ],
  },
  {
    folder: 'backends/kafka',
    allowed: [
      './wire/wire.ts',
      '../../core/index.ts',
      '../../assignors/index.ts',
      '../../partitioners/index.ts',
      '../../protocol/index.ts',
      'kafkajs',
      'node:net',
    ],
    forbidden: [
      '../../core/record.ts',
      '../../system/index.ts',
      '../../testing/index.ts',
      '../memory/index.ts',
      '@platformatic/kafka',
      'node:timers/promises',
    ],
  },
  {
    folder: 'testing',
    allowed: ['./virtual-clock.ts', '../core/index.ts', '../backends/memory/index.ts'],
    forbidden: [
      '../core/clock.ts',
      '../backends/kafka/index.ts',
      '../system/index.ts',
      'vitest',
      'fast-check',
      'node:net',
    ],
  },
  {
    folder: '.',
    allowed: ['./core/index.ts', './assignors/index.ts', './system/real-clock.ts'],
    forbidden: [
      './core/record.ts',
      './backends/memory/index.ts',
      './assignors/range.ts',
      'kafkajs',
    ],
  },
];

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
const pureFolders = ['core', 'assignors', 'partitioners', 'protocol', 'backends/kafka'];
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
    const tooDeep = layers.flatMap(({ folder }) =>
      readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => folder !== '.' && name.split('/').length > 2)
        .map((name) => join(folder, name)),
    );
    expect(tooDeep).toEqual([]);
  });
});
