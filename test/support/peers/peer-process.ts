import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { atExit } from '../at-exit.ts';
import { until } from '../until.ts';
import type { GroupPeer, Handled } from './group-peer.ts';

/** How long members may take to leave. */
const PATIENCE_MS = 15_000;

/** A process that holds any number of group members of another client, each in a group named like its topic. */
export class PeerProcess {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #members = new Map<string, PeerMember>();
  readonly #wireNames: (assignor: string) => string;
  readonly #forget: () => void;
  #errors = '';

  /** The process speaks the language that `GroupMembers.java` describes. */
  constructor(
    command: string,
    args: readonly string[],
    wireNames = (assignor: string) => assignor,
  ) {
    this.#wireNames = wireNames;
    this.#process = spawn(command, args);
    this.#process.stderr.on('data', (chunk) => {
      this.#errors += chunk;
    });
    this.#process.on('exit', (code) => this.#ended(code));
    this.#forget = atExit(() => this.#process.kill('SIGKILL'));
    createInterface(this.#process.stdout).on('line', (line) => this.#read(line));
  }

  join(topic: string, assignors: readonly string[]): GroupPeer {
    const name = `m${this.#members.size}`;
    const member = new PeerMember(() => this.#say(`leave ${name}`));
    this.#members.set(name, member);
    this.#say(`join ${name} ${topic} ${assignors.map(this.#wireNames).join(',')}`);
    return member;
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
    const [name = '', what = '', ...words] = line.trim().split(' ');
    this.#members.get(name)?.told(what, words);
  }

  #ended(code: number | null): void {
    if (code === 0) return;
    const reason = `the process ended with ${code}: ${this.#errors.slice(-500)}`;
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
