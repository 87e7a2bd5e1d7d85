import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ClientSettings, PeerProcess } from './peer-process.ts';

/** Starts a process for members of a client, or tells why there is none. */
export type OtherClient =
  | { readonly start: Start; readonly missing?: never }
  | { readonly start?: never; readonly missing: string };

type Start = (bootstrap: readonly string[]) => PeerProcess;

/** `librdkafka`, as its Python client brings it, knows no eager `sticky`. */
export type OtherClientName = 'java' | 'librdkafka';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const javaAssignors: Readonly<Record<string, string>> = {
  range: 'RangeAssignor',
  roundrobin: 'RoundRobinAssignor',
  sticky: 'StickyAssignor',
  'cooperative-sticky': 'CooperativeStickyAssignor',
};

/** Members that notice changes soon, and whose positions are committed when partitions are given up only. */
const quick: ClientSettings = {
  'enable.auto.commit': false,
  'session.timeout.ms': 6_000,
  'heartbeat.interval.ms': 300,
  'max.poll.interval.ms': 10_000,
};

const prepare: Readonly<Record<OtherClientName, () => Start>> = {
  /** Java's own client, of the version of the broker's jars; fetched once by Maven. */
  java: () => {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    const options = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp'];
    const start = [...options, run('java-classes'), 'ForeignPeer'];
    return (bootstrap) =>
      new PeerProcess({
        command: 'java',
        args: [...start, words(bootstrap)],
        wireName: (name) => javaAssignors[name] ?? name,
        settings: { ...quick, 'fetch.max.wait.ms': 200 },
      });
  },
  /** Fetched once by pip. */
  librdkafka: () => {
    const command = run('python-with', 'confluent-kafka==2.16.1');
    return (bootstrap) =>
      new PeerProcess({
        command,
        args: [at('foreign_peer.py'), words(bootstrap)],
        settings: { ...quick, 'fetch.wait.max.ms': 200 },
      });
  },
};

/**
 * Where the client cannot be had, a warning tells why.
 *
 * @throws Error instead, when one of these variables of the environment is 1.
 */
export function findOtherClient(
  name: OtherClientName,
  ...demanding: readonly ('PARTITA_REQUIRE_KAFKA' | 'PARTITA_REQUIRE_FOREIGN')[]
): OtherClient {
  try {
    return { start: prepare[name]() };
  } catch (error) {
    if (demanding.some((variable) => process.env[variable] === '1')) throw error;
    const reason = error instanceof Error ? error.message.trim() : String(error);
    console.warn(`Tests with ${name} are skipped. ${reason}`);
    return { missing: reason };
  }
}

const words = (bootstrap: readonly string[]): string => `bootstrap.servers=${bootstrap}`;

function run(path: string, ...args: string[]): string {
  return execFileSync(at(path), args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}
