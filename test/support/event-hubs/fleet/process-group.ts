import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type HandledEntry, readHandledLog } from '../../fleet/handled-log.ts';
import { until } from '../../until.ts';
import type { MemberTask } from './member-task.ts';

export type SharedTask = Omit<MemberTask, 'member' | 'logFile'>;

/** What a process of a group does. */
export interface Member {
  readonly name: string;
  /** Partitions it says that it reads. */
  readonly reading: ReadonlySet<number>;
  /** Everything it said, and what it wrote to standard error. */
  readonly lines: readonly string[];
}

/** Of the machine's monotonic clock, to the millisecond. */
export function clockSeconds(ns: bigint): string {
  return (Number(ns / 1_000_000n) / 1_000).toFixed(3);
}

class Process implements Member {
  readonly name: string;
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly reading = new Set<number>();
  readonly lines: string[] = [];
  /** When it said each of them, by the machine's monotonic clock. */
  readonly saidNs: bigint[] = [];

  constructor(name: string, child: ChildProcess, changed: () => void) {
    this.name = name;
    this.child = child;
    this.exited = once(child, 'exit');
    for (const output of [child.stdout, child.stderr]) {
      if (output === null) throw new Error(`${name} has no output`);
      createInterface(output).on('line', (line) => {
        this.lines.push(line);
        this.saidNs.push(process.hrtime.bigint());
        const [word, detail] = line.split(' ');
        if (word === 'open') this.reading.add(Number(detail));
        else if (word === 'close') this.reading.delete(Number(detail));
        else return;
        changed();
      });
    }
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }
}

/** Members of one group on Event Hubs, each a process of its own: partitions they read, events they handled. */
export class ProcessGroup implements AsyncDisposable {
  readonly #script: string;
  readonly #task: SharedTask;
  readonly #partitions: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'partita-group-'));
  readonly #running = new Map<string, Process>();
  readonly #everStarted: Process[] = [];
  #changedAt = performance.now();

  constructor(script: string, partitions: number, task: SharedTask) {
    this.#script = script;
    this.#partitions = partitions;
    this.#task = task;
  }

  get members(): readonly Member[] {
    return [...this.#running.values()];
  }

  member(name: string): Member {
    return this.#of(name);
  }

  start(name: string, script: string = this.#script, more: Partial<SharedTask> = {}): void {
    const task: MemberTask = { ...this.#task, ...more, member: name, logFile: this.#logOf(name) };
    const child = spawn(process.execPath, [script, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    const started = new Process(name, child, () => this.#changed());
    this.#running.set(name, started);
    this.#everStarted.push(started);
    this.#changed();
  }

  /** SIGTERM; resolves when the process has ended by itself. */
  async stop(name: string): Promise<void> {
    const member = this.#of(name);
    member.child.kill('SIGTERM');
    await member.exited;
    this.#running.delete(name);
    this.#changed();
    const { exitCode } = member.child;
    if (exitCode !== 0)
      throw new Error(`${name} ended with ${exitCode}: ${member.lines.slice(-20).join('\n')}`);
  }

  /** kill -9. */
  async kill(name: string): Promise<void> {
    const member = this.#of(name);
    member.child.kill('SIGKILL');
    this.#running.delete(name);
    this.#changed();
    await member.exited;
  }

  /** The process stands still, as a machine that is suspended, until it is told to go on. */
  pause(name: string): void {
    this.#of(name).child.kill('SIGSTOP');
  }

  resume(name: string): void {
    this.#of(name).child.kill('SIGCONT');
  }

  /** Every partition is read by one member, and all but for the odd ones have equally many. */
  get isBalanced(): boolean {
    const sizes = this.members.map(({ reading }) => reading.size);
    const all = new Set(this.members.flatMap(({ reading }) => [...reading]));
    const sum = sizes.reduce((total, size) => total + size, 0);
    return (
      sum === this.#partitions && all.size === sum && Math.max(...sizes) - Math.min(...sizes) <= 1
    );
  }

  /**
   * Waits until the group is balanced and has stayed so for `holdMs`. Returns how many milliseconds after `since` (of
   * `performance.now`) it began to be, or undefined when it was not within the time.
   */
  async balanced({
    holdMs,
    since = performance.now(),
    timeoutMs = 60_000,
  }: {
    readonly holdMs: number;
    readonly since?: number;
    readonly timeoutMs?: number;
  }): Promise<number | undefined> {
    const holds = () => this.isBalanced && performance.now() - this.#changedAt >= holdMs;
    try {
      await until('the group is balanced', holds, { timeoutMs: timeoutMs + holdMs, everyMs: 20 });
    } catch {
      return undefined;
    }
    return Math.max(0, this.#changedAt - since);
  }

  /** What all members have handled so far. */
  handled(): HandledEntry[] {
    return this.#everStarted.flatMap(({ name }) => {
      const path = this.#logOf(name);
      return existsSync(path) ? readHandledLog(path, name) : [];
    });
  }

  /** What all members said, also those that have ended, and at which second of the machine's monotonic clock. */
  said(pattern: RegExp): readonly string[] {
    return this.#everStarted.flatMap(({ name, lines, saidNs }) =>
      lines.flatMap((line, i) =>
        pattern.test(line) ? [`${clockSeconds(saidNs[i] ?? 0n)} ${name}: ${line}`] : [],
      ),
    );
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.stop(name)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.kill(name)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #changed(): void {
    this.#changedAt = performance.now();
  }

  #of(name: string): Process {
    const member = this.#running.get(name);
    if (member === undefined) throw new Error(`no member ${name} is running`);
    return member;
  }

  #logOf(name: string): string {
    return join(this.#folder, `${name}.log`);
  }
}
