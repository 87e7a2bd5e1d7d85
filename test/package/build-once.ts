import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

const papers = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'config.schema.json'];

/** Builds and packs the package, in a folder of its own, for all tests of the project. */
export default function setup(project: TestProject): () => void {
  const root = project.config.root;
  const folder = mkdtempSync(join(tmpdir(), 'partita-package-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    for (const name of papers)
      if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    build(root, join(folder, 'dist'));
    const packed = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )[0];
    project.provide('builtPackage', {
      folder,
      archive: join(folder, packed.filename),
      files: packed.files.map(({ path }: { path: string }) => path),
    });
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}

/** As `npm run build`, elsewhere. */
function build(root: string, outDir: string): void {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
  const steps = [
    [...tsc, '--outDir', outDir, '--pretty', 'false'],
    ['scripts/bundle.ts', outDir],
  ];
  for (const args of steps) {
    const step = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (step.status !== 0)
      throw new Error(`the package does not build:\n${step.stdout}${step.stderr}`);
  }
}
