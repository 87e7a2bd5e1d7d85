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
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const pages = ['dependency-injection.md', 'health.md', 'middleware.md', 'telemetry.md', 'testing.md'];

/** Samples that name their file in the first line. */
function filesOf(page: string): [name: string, source: string][] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const blocks = [...text.matchAll(/```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)```/g)];
  return blocks.map(([, name = '', source = '']) => [name, source]);
}

/** A project with the samples of a page, in which `partita` is the source of this repository. */
function projectOf(page: string) {
  const folder = mkdtempSync(join(tmpdir(), 'partita-samples-'));
  const installed = join(folder, 'node_modules/partita');
  mkdirSync(installed, { recursive: true });
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  const fromSource = manifest.replace(/\.\/dist\/(\S+?)\.(d\.ts|js)"/g, './src/$1.ts"');
  writeFileSync(join(installed, 'package.json'), fromSource);
  symlinkSync(join(root, 'src'), join(installed, 'src'));
  for (const dependency of ['zod', '@types', '@opentelemetry', 'pino'])
    symlinkSync(join(root, 'node_modules', dependency), join(folder, 'node_modules', dependency));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  cpSync(join(root, 'tsconfig.json'), join(folder, 'base.json'));
  const paths = {
    compilerOptions: { rootDir: '/', paths: {} },
    extends: './base.json',
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(paths));
  for (const [name, source] of filesOf(page)) writeFileSync(join(folder, name), source);
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

describe.for(pages)('The samples of docs/%s', (page) => {
  it('compile and pass', async () => {
    using project = projectOf(page);
    const run = async (...args: string[]) => {
      const options = {
        cwd: project.folder,
        env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      };
      return promisify(execFile)(process.execPath, args, options).catch((error) => error);
    };
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const tests = readdirSync(project.folder).filter((name) => name.endsWith('.test.ts'));
    const [types, tested] = await Promise.all([
      run(tsc, '-p', 'tsconfig.json', '--pretty', 'false'),
      run('--test', '--test-isolation=none', '--test-reporter=tap', ...tests),
    ]);
    expect(types.stdout).toBe('');
    expect(tested.stdout).toMatch(/# fail 0/);
    expect(tested.stdout).not.toMatch(/^not ok|# tests 0$/m);
  });
});
