import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Size, Step } from './groups.ts';

/** Times of one step in milliseconds, and what came out. */
export interface JavaRun {
  readonly timesMs: readonly number[];
  readonly digest: number;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/java-assignors', import.meta.url));

/**
 * Fetches the Kafka client and compiles the Java side. Needs a JDK and Maven; returns the reason if that fails, so that the
 * bench can go on without it.
 */
export function prepareJava(): string | null {
  try {
    mkdirSync(cache, { recursive: true });
    if (!existsSync(`${cache}/lib`)) {
      const output = `-DoutputDirectory=${cache}/lib`;
      quietly('mvn', ['-q', '-B', '-f', `${here}pom.xml`, 'dependency:copy-dependencies', output]);
    }
    const sources = ['JavaAssignors', 'JavaOracle'].map((name) => `${here}${name}.java`);
    quietly('javac', ['-cp', `${cache}/lib/*`, '-d', cache, ...sources]);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

/** Runs one of Java's assignors; the time limit is for the whole JVM. */
export function runJava(
  assignor: string,
  { kind, topics, partitions, members }: Size,
  repetitions: number,
  limitMs: number,
): Map<Step, JavaRun> {
  const numbers = [topics, partitions, members, repetitions].map(String);
  const args = [
    '-Xmx6g',
    '-cp',
    `${cache}:${cache}/lib/*`,
    'JavaAssignors',
    assignor,
    kind,
    ...numbers,
  ];
  const runs = new Map<Step, JavaRun>();
  for (const line of outputOf('java', args, limitMs).trim().split('\n')) {
    const [step, times, digest] = line.split(' ');
    if (step === undefined || times === undefined) continue;
    runs.set(step as Step, { timesMs: times.split(',').map(Number), digest: Number(digest) });
  }
  return runs;
}

/** Java's answers to lines as JavaOracle.java takes them. */
export function askJava(questions: readonly string[]): string[] {
  const args = ['-Xmx2g', '-cp', `${cache}:${cache}/lib/*`, 'JavaOracle'];
  const input = `${questions.join('\n')}\n`;
  const output = execFileSync('java', args, { input, maxBuffer: 2 ** 30 });
  return output.toString().trimEnd().split('\n');
}

function quietly(command: string, args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** What the program printed, also when it ran out of time. */
function outputOf(command: string, args: string[], timeout: number): string {
  try {
    return execFileSync(command, args, { timeout, stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout);
    throw error;
  }
}
