import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sharedKafka } from '../shared-kafka.ts';
import { PeerProcess } from './peer-process.ts';

/** Starts a process for members of a client, or tells why there is none. */
export type OtherClient =
  | { readonly start: (bootstrap: readonly string[]) => PeerProcess; readonly missing?: never }
  | { readonly missing: string };

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const javaAssignors: Readonly<Record<string, string>> = {
  range: 'RangeAssignor',
  roundrobin: 'RoundRobinAssignor',
  sticky: 'StickyAssignor',
  'cooperative-sticky': 'CooperativeStickyAssignor',
};

/** Java's own client, of the version of the broker's jars; fetched once by Maven. */
export const findJavaClient = (): OtherClient =>
  find(() => {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    const jars = run('../../../scripts/containers/kafka-jars');
    return (bootstrap) => {
      const args = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`];
      const program = [at('GroupMembers.java'), bootstrap.join(',')];
      return new PeerProcess('java', [...args, ...program], (name) => javaAssignors[name] ?? name);
    };
  });

/** librdkafka, as its Python client brings it; fetched once by pip. It knows no eager `sticky`. */
export const findLibrdkafka = (): OtherClient =>
  find(() => {
    const python = run('python-with', 'confluent-kafka==2.16.1');
    return (bootstrap) => new PeerProcess(python, [at('group_members.py'), bootstrap.join(',')]);
  });

function run(path: string, ...args: string[]): string {
  return execFileSync(at(path), args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** @throws Error when the client is missing although PARTITA_REQUIRE_KAFKA=1 demands it. */
function find(prepare: () => (bootstrap: readonly string[]) => PeerProcess): OtherClient {
  const { missing } = sharedKafka();
  if (missing !== undefined) return { missing };
  try {
    return { start: prepare() };
  } catch (error) {
    if (process.env.PARTITA_REQUIRE_KAFKA === '1') throw error;
    const reason = error instanceof Error ? error.message.trim() : String(error);
    console.warn(`Tests with another client are skipped. ${reason}`);
    return { missing: reason };
  }
}
