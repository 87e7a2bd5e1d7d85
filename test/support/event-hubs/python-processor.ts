import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const packages = ['azure-eventhub==5.15.1', 'azure-eventhub-checkpointstoreblob==1.2.0'];

/** Kept between runs: the SDK is fetched once. */
const folder = join(
  process.env.PARTITA_TEST_CACHE ?? process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'partita-testing',
  'python-processor-5.15.1',
);

/** Why there can be no processor of the Python SDK here; undefined when there can. */
export function pythonProblem(): string | undefined {
  try {
    if (existsSync(join(folder, 'done'))) return undefined;
    rmSync(folder, { recursive: true, force: true });
    run('python3', '-m', 'venv', folder);
    run(join(folder, 'bin/pip'), 'install', '--quiet', ...packages);
    writeFileSync(join(folder, 'done'), '');
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Runs a program beside this file with the SDK; resolves with the lines it printed. */
export async function runPython(program: string, ...args: readonly string[]): Promise<string[]> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { stdout } = await promisify(execFile)(join(folder, 'bin/python'), [path, ...args], {
    timeout: 60_000,
  });
  return stdout.trim().split('\n');
}

function run(file: string, ...args: readonly string[]): void {
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 240_000 });
}

/** A process with the official Python SDK that shares a group through blob storage. */
export class PythonProcessor implements AsyncDisposable {
  readonly #process: ChildProcess;
  /** Receivers that are open. */
  size = 0;

  constructor(...args: readonly string[]) {
    const program = fileURLToPath(new URL('processor.py', import.meta.url));
    this.#process = spawn(join(folder, 'bin/python'), [program, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (this.#process.stdout === null) throw new Error('the processor has no output');
    createInterface(this.#process.stdout).on('line', (line) => {
      this.size += line.startsWith('open') ? 1 : -1;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
