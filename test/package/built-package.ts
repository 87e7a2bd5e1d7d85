import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { types: string; default: string }>>;
}

const root = process.cwd();

export const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The package as it would be published, built in a folder of its own. */
export interface BuiltPackage extends Disposable {
  /** Where it is, with its dependencies. */
  readonly folder: string;
  /** What `npm pack` would put into the archive. */
  files(): string[];
  /** Names of the values that an entry such as `./kafka` exports, as a user's program sees them. */
  exportNames(entry: string): string[];
}

export function buildPackage(): BuiltPackage {
  const folder = mkdtempSync(join(tmpdir(), 'partita-package-'));
  const run = (file: string, ...args: string[]): string =>
    execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  for (const name of [
    'package.json',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'config.schema.json',
  ]) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const tsc = 'node_modules/typescript/bin/tsc';
  const outDir = join(folder, 'dist');
  const build = spawnSync(
    process.execPath,
    [tsc, '-p', 'tsconfig.build.json', '--outDir', outDir, '--pretty', 'false'],
    { cwd: root, encoding: 'utf8' },
  );
  if (build.status !== 0) {
    rmSync(folder, { recursive: true });
    throw new Error(`the package does not build:\n${build.stdout}`);
  }
  return {
    folder,
    files: () => {
      const [packed] = JSON.parse(run('npm', 'pack', '--dry-run', '--json'));
      return packed.files.map(({ path }: { path: string }) => path);
    },
    exportNames: (entry) => {
      const specifier = JSON.stringify(manifest.name + entry.slice(1));
      const program = `console.log(JSON.stringify(Object.keys(await import(${specifier}))))`;
      return JSON.parse(run(process.execPath, '--input-type=module', '-e', program)).sort();
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
