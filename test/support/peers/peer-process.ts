import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { atExit } from '../at-exit.ts';
import { until } from '../until.ts';
import type { GroupPeer, Handled } from './group-peer.ts';

/** How long members may take to leave. */
const PATIENCE_MS = 15_000;

/** Settings of a client by the names that it has for them. */
export type ClientSettings = Readonly<Record<string, string | number | boolean>>;

/** A program that speaks the language which `ForeignPeer.java` describes. */
export interface PeerProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** How the program names an assignor. @default as Kafka does on the wire */
  readonly wireName?: (assignor: string) => string;
  /** Of members that are joined without settings of their own. */
  readonly settings: ClientSettings;
}

/** A process that holds any number of group members of another client, each in a group named like its topic. */
export class PeerProcess {
  readonly #program: PeerProgram;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #members = new Map<string, PeerMember>();
  readonly #tasks = new Map<string, PromiseWithResolvers<string>>();
  readonly #forget: () => void;
  #begun = 0;
  #errors = '';

  constructor(program: PeerProgram) {
    this.#program = program;
    this.#process = spawn(program.command, program.args);
    this.#process.stderr.on('data', (chunk) => {
      this.#errors += chunk;
    });
    this.#process.on('exit', (code) => this.#ended(code));
    this.#forget = atExit(() => this.#process.kill('SIGKILL'));
    createInterface(this.#process.stdout).on('line', (line) => this.#read(line));
  }

  join(
    topic: string,
    assignors: readonly string[],
    settings: ClientSettings = this.#program.settings,
  ): GroupPeer {
    const name = `m${this.#members.size}`;
    const member = new PeerMember(() => this.#say(`leave ${name}`));
    this.#members.set(name, member);
    const { wireName = (assignor: string) => assignor } = this.#program;
    const offered = assignors.map(wireName).join(',') || '-';
    const words = Object.entries(settings).map((setting) => setting.join('='));
    this.#say(['join', name, topic, offered, ...words].join(' '));
    return member;
  }

  /** Has one task done, beside the others; resolves with the answer. */
  do(verb: string, ...args: readonly (string | number)[]): Promise<string> {
    const name = `t${this.#begun++}`;
    const task = Promise.withResolvers<string>();
    this.#tasks.set(name, task);
    this.#say(['do', name, verb, ...args].join('\t'));
    return task.promise;
  }

  /** All members that are left leave, and the process ends; where no broker answers any more, by force. */
  async close(): Promise<void> {
    this.#forget();
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.stdin.end();
    const late = setTimeout(() => this.#process.kill('SIGKILL'), PATIENCE_MS);
    await exited;
    clearTimeout(late);
  }

  #say(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  #read(line: string): void {
    const [name = '', what = ''] = line.split(' ', 2);
    const words = line.slice(name.length + what.length + 2).trim();
    this.#members.get(name)?.told(what, words === '' ? [] : words.split(' '));
    const task = this.#tasks.get(name);
    const answer = words.replace(/\\(n|\\)/g, (_, sign) => (sign === 'n' ? '\n' : sign));
    if (what === 'done') task?.resolve(answer);
    else task?.reject(new Error(answer));
  }

  #ended(code: number | null): void {
    const reason = `the process ended with ${code}: ${this.#errors.slice(-500)}`;
    for (const task of this.#tasks.values()) task.reject(new Error(reason));
    if (code === 0) return;
    for (const member of this.#members.values()) member.told('failed', [reason]);
  }
}

class PeerMember implements GroupPeer {
  readonly owned = new Set<string>();
  readonly log: string[] = [];
  readonly handled: Handled[] = [];
  readonly #sayLeave: () => void;
  #left = false;

  constructor(sayLeave: () => void) {
    this.#sayLeave = sayLeave;
  }

  async leave(): Promise<void> {
    if (this.#left) return;
    this.#sayLeave();
    await until('the member of another client left', () => this.#left);
  }

  told(what: string, words: readonly string[]): void {
    if (what === 'read') this.handled.push({ value: words.join(' '), atMs: performance.now() });
    else this.log.push([what, ...words].join(' '));
    if (what === 'assigned') for (const name of words) this.owned.add(name);
    if (what === 'revoked' || what === 'lost') for (const name of words) this.owned.delete(name);
    if (what === 'left') this.#left = true;
  }
}
