import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('java/GroupMember.java', import.meta.url));
const jarsScript = fileURLToPath(new URL('../../scripts/containers/kafka-jars', import.meta.url));

/** Folder with the jars of Java's client, or why there is none. */
export function javaClient(): { readonly jars: string } | { readonly missing: string } {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    return { jars: execFileSync(jarsScript, { encoding: 'utf8' }).trim() };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

const assignorClass: Readonly<Record<string, string>> = {
  range: 'RangeAssignor',
  roundrobin: 'RoundRobinAssignor',
  sticky: 'StickyAssignor',
  'cooperative-sticky': 'CooperativeStickyAssignor',
};

/** A member of a group in Java's own client, in a process of its own. */
export class JavaGroupMember {
  readonly owned = new Set<string>();
  /** Values of the records it was given, in order. */
  readonly values: string[] = [];
  readonly log: string[] = [];
  readonly #process: ChildProcessWithoutNullStreams;

  constructor(jars: string, bootstrap: readonly string[], topic: string, assignor: string) {
    const strategy = `org.apache.kafka.clients.consumer.${assignorClass[assignor]}`;
    const args = ['-cp', `${jars}/*`, source, bootstrap.join(','), topic, topic, strategy];
    this.#process = spawn('java', ['-Xmx256m', ...args]);
    this.#process.stderr.resume();
    createInterface(this.#process.stdout).on('line', (line) => this.#read(line));
  }

  /** Leaves the group in order. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.stdin.end();
    await exited;
  }

  #read(line: string): void {
    const [what, ...names] = line.trim().split(' ');
    if (what === 'read') this.values.push(names.join(' '));
    else this.log.push(line);
    if (what === 'assigned') for (const name of names) this.owned.add(name);
    if (what === 'revoked' || what === 'lost') for (const name of names) this.owned.delete(name);
  }
}
