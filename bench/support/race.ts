import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { Result, Task } from './task.ts';

const run = promisify(execFile);

export interface Contender {
  readonly name: string;
  /** A script that takes a task and prints a result, or the call itself. */
  readonly start: string | ((task: Task) => Promise<Result>);
}

export interface Figure {
  readonly name: string;
  /** Records per second, one per run. */
  readonly rates: readonly number[];
  readonly median: number;
}

/** Lets the contenders run in turn, A B C A B C …, each time in a new process, so that a slow minute hits all alike. */
export async function race(
  contenders: readonly Contender[],
  runs: number,
  task: Omit<Task, 'group'>,
): Promise<Map<string, Figure>> {
  const rates = new Map(contenders.map(({ name }): [string, number[]] => [name, []]));
  for (let round = 1; round <= runs; round++) {
    for (const { name, start } of contenders) {
      const given: Task = { ...task, group: `bench-${randomUUID()}` };
      const { records, ms } =
        typeof start === 'string' ? await inProcess(start, given) : await start(given);
      const rate = (records / ms) * 1000;
      rates.get(name)?.push(rate);
      process.stderr.write(`  round ${round}: ${name.padEnd(44)} ${perSecond(rate)}\n`);
    }
  }
  return new Map(
    [...rates].map(([name, list]): [string, Figure] => [
      name,
      { name, rates: list, median: median(list) },
    ]),
  );
}

async function inProcess(script: string, task: Task): Promise<Result> {
  const { stdout } = await run(process.execPath, [script, JSON.stringify(task)], {
    timeout: 300_000,
    env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1', NODE_NO_WARNINGS: '1' },
  });
  const line = stdout.trim().split('\n').at(-1) ?? '';
  return JSON.parse(line) as Result;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en-US').padStart(11)}/s`;
}
