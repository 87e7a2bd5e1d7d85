import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const pages = [
  'dependency-injection.md',
  'failures.md',
  'health.md',
  'middleware.md',
  'telemetry.md',
  'testing.md',
];

/** Samples that name their file in the first line. */
function filesOf(page: string): [name: string, source: string][] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const blocks = [...text.matchAll(/```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)```/g)];
  return blocks.map(([, name = '', source = '']) => [name, source]);
}

/** A project with the samples of all pages, a folder each, in which `partita` is the source of this repository. */
function project() {
  const folder = mkdtempSync(join(tmpdir(), 'partita-samples-'));
  const installed = join(folder, 'node_modules/partita');
  mkdirSync(installed, { recursive: true });
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  const fromSource = manifest.replace(/\.\/dist\/(\S+?)\.(d\.ts|js)"/g, './src/$1.ts"');
  writeFileSync(join(installed, 'package.json'), fromSource);
  symlinkSync(join(root, 'src'), join(installed, 'src'));
  for (const dependency of ['zod', '@types', '@azure', '@opentelemetry', 'pino', 'testcontainers'])
    symlinkSync(join(root, 'node_modules', dependency), join(folder, 'node_modules', dependency));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  cpSync(join(root, 'tsconfig.json'), join(folder, 'base.json'));
  const paths = {
    compilerOptions: { rootDir: '/', paths: {} },
    extends: './base.json',
    include: ['*/*.ts'],
    exclude: ['node_modules'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(paths));
  for (const page of pages) {
    mkdirSync(join(folder, page));
    for (const [name, source] of filesOf(page)) writeFileSync(join(folder, page, name), source);
  }
  return folder;
}

const inContainer = (name: string): boolean => name.endsWith('-container.test.ts');

describe('The samples in the documents', () => {
  let folder: string;
  beforeAll(() => {
    folder = project();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = async (...args: string[]) => {
    const options = { cwd: folder, env: { ...process.env, NODE_TEST_CONTEXT: undefined } };
    return promisify(execFile)(process.execPath, args, options).catch((error) => error);
  };

  it('compile', async () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    expect((await run(tsc, '-p', 'tsconfig.json', '--pretty', 'false')).stdout).toBe('');
  });

  it.for(pages)('pass: %s', async (page) => {
    const tests = readdirSync(join(folder, page)).filter((name) => name.endsWith('.test.ts'));
    await expectPassed(
      page,
      tests.filter((name) => !inContainer(name)),
    );
  });

  it.skipIf(
    process.env.DOCKER_HOST === undefined || process.env.PARTITA_KAFKA_ORIGIN === 'process',
  )('pass: the recipe with a container (where DOCKER_HOST names an engine)', () =>
    expectPassed('testing.md', readdirSync(join(folder, 'testing.md')).filter(inContainer)),
  );

  async function expectPassed(page: string, names: readonly string[]): Promise<void> {
    const paths = names.map((name) => join(page, name));
    const { stdout } = await run(
      '--test',
      '--test-isolation=none',
      '--test-reporter=tap',
      ...paths,
    );
    expect(stdout).toMatch(/# fail 0/);
    expect(stdout).not.toMatch(/^not ok|# tests 0$/m);
  }
});
