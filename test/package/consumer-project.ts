import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { builtPackage, manifest } from './built-package.ts';

const root = process.cwd();
const tsc = join(root, 'node_modules/typescript/bin/tsc');

/** How a program of a project ended. */
export interface Outcome {
  readonly code: number | null;
  /** All it printed. */
  readonly output: string;
}

/** A user's project: the packed package is unpacked in it, and nothing can be imported beside what is named here. */
export class ConsumerProject implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'partita-project-'));

  /** @param packages what the user has installed beside `partita` */
  constructor(packages: readonly string[] = []) {
    this.write('package.json', '{ "type": "module" }');
    const installed = join(this.folder, 'node_modules', manifest.name);
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', builtPackage().archive, '--strip-components=1', '-C', installed]);
    for (const name of [...Object.keys(manifest.dependencies), ...packages]) this.#link(name);
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  node(...args: string[]): Outcome {
    // The runner of these tests must not take the runner of the project for one of its own.
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined };
    const run = spawnSync(process.execPath, args, { cwd: this.folder, encoding: 'utf8', env });
    return { code: run.status, output: run.stdout + run.stderr };
  }

  /** Errors of the compiler, types of all packages included: none when all is well. */
  typeErrors(): string {
    const compilerOptions = {
      strict: true,
      module: 'NodeNext',
      target: 'ES2023',
      lib: ['ES2024', 'ESNext.Disposable'],
      types: ['node'],
      skipLibCheck: false,
      noEmit: true,
    };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    return this.node(tsc, '-p', '.', '--pretty', 'false').output;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #link(name: string): void {
    const place = join(this.folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), place);
  }
}
