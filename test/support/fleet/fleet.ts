import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HandledEntry, readHandledLog } from './handled-log.ts';
import type { MemberTask } from './member-task.ts';

const script = join(import.meta.dirname, 'member-process.ts');

interface Running {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly errors: string[];
}

export type SharedTask = Omit<MemberTask, 'member' | 'logFile'>;

/** Members of one group, each a process of its own. */
export class Fleet implements AsyncDisposable {
  readonly #shared: SharedTask;
  readonly #folder = mkdtempSync(join(tmpdir(), 'partita-fleet-'));
  readonly #members = new Map<string, Running>();
  readonly #everStarted: string[] = [];
  readonly #errors = new Map<string, string[]>();

  constructor(shared: SharedTask) {
    this.#shared = shared;
  }

  /** Starts a member and waits until it has joined. */
  async start(member: string): Promise<void> {
    const task: MemberTask = { ...this.#shared, member, logFile: this.#logOf(member) };
    const child = spawn(process.execPath, [script, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    const errors: string[] = [];
    this.#errors.set(member, errors);
    child.stderr?.on('data', (text: Buffer) => errors.push(text.toString()));
    const running: Running = { child, exited: once(child, 'exit'), errors };
    this.#members.set(member, running);
    this.#everStarted.push(member);
    const joined = new Promise<void>((resolve) => {
      child.stdout?.on('data', (text: Buffer) => {
        if (text.toString().includes('joined')) resolve();
      });
    });
    const died = running.exited.then(() => {
      throw new Error(`${member} ended before it had joined: ${errors.join('')}`);
    });
    await Promise.race([joined, died]);
    died.catch(() => undefined);
  }

  /** SIGTERM: drains, commits, leaves. */
  async stop(member: string): Promise<void> {
    const running = this.#take(member);
    running.child.kill('SIGTERM');
    const [code] = (await running.exited) as [number | null];
    if (code !== 0) throw new Error(`${member} ended with ${code}: ${running.errors.join('')}`);
  }

  /** kill -9. Returns when, in monotonic nanoseconds. */
  async kill(member: string): Promise<bigint> {
    const running = this.#take(member);
    const atNs = process.hrtime.bigint();
    running.child.kill('SIGKILL');
    await running.exited;
    return atNs;
  }

  /** What the members warned of, one line each. */
  warnings(): string[] {
    return this.#everStarted.flatMap((member) =>
      (this.#errors.get(member) ?? []).map((line) => `${member}: ${line.trim()}`),
    );
  }

  /** What all members have handled so far. */
  handled(): HandledEntry[] {
    return this.#everStarted.flatMap((member) => readHandledLog(this.#logOf(member), member));
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#members.keys()].map((member) => this.stop(member)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#members.keys()].map((member) => this.kill(member)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #take(member: string): Running {
    const running = this.#members.get(member);
    if (running === undefined) throw new Error(`no member ${member} is running`);
    this.#members.delete(member);
    return running;
  }

  #logOf(member: string): string {
    return join(this.#folder, `${member}.log`);
  }
}
