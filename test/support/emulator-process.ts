import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The command `partita emulator` in a process of its own. */
export interface EmulatorProcess extends AsyncDisposable {
  readonly pid: number;
  /** What it printed, by NAME. */
  readonly variables: Readonly<Record<string, string>>;
  /** Sends SIGTERM; resolves with the exit code and what stood on standard error. */
  stop(): Promise<{ code: number | null; errors: string }>;
}

/** Resolves when the command says `ready`; rejects with its standard error when it ends before. */
export async function startEmulatorProcess(args: readonly string[]): Promise<EmulatorProcess> {
  const child = spawn(process.execPath, ['src/cli/main.ts', 'emulator', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, errors }));
  const variables: Record<string, string> = {};
  await new Promise<void>((resolve, reject) => {
    void ended.then(({ code }) => reject(new Error(`ended with ${code}: ${errors}`)));
    createInterface(child.stdout).on('line', (line) => {
      if (line === 'ready') resolve();
      const [name = '', ...value] = line.split('=');
      if (value.length > 0) variables[name] = value.join('=');
    });
  });
  const stop = () => {
    if (isAlive(child)) child.kill('SIGTERM');
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    variables,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null;
