import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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
    const bin = join(this.folder, 'node_modules/.bin');
    mkdirSync(bin);
    chmodSync(join(installed, 'dist/cli/main.js'), 0o755);
    symlinkSync('../partita/dist/cli/main.js', join(bin, 'partita'));
    this.install([...Object.keys(manifest.dependencies), ...packages]);
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  install(packages: readonly string[]): void {
    for (const name of packages) {
      const place = join(this.folder, 'node_modules', name);
      if (existsSync(place)) continue;
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), place);
    }
  }

  node(...args: string[]): Outcome {
    return this.run(process.execPath, args);
  }

  /** Runs a program in the project, or in a folder of it. */
  run(
    program: string,
    args: readonly string[],
    folder = '.',
    environment: Readonly<Record<string, string>> = {},
  ): Outcome {
    // The runner of these tests must not take the runner of the project for one of its own.
    const env = {
      ...process.env,
      ...environment,
      NODE_TEST_CONTEXT: undefined,
      NODE_OPTIONS: undefined,
    };
    const cwd = join(this.folder, folder);
    const run = spawnSync(program, args, { cwd, encoding: 'utf8', env });
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
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts', '*.cts'] }));
    return this.node(tsc, '-p', '.', '--pretty', 'false').output;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
