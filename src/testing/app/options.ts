import { InvalidConfigError, OptionCheck, show } from '../../core/index.ts';

/** Of `testApp()`. */
export interface TestAppOptions {
  /** Topics with their partition counts. Others come into being when they are used. @default none */
  readonly topics?: Readonly<Record<string, number>>;
  /** Partitions of topics that come into being by themselves. @default 1 */
  readonly partitions?: number;
  /** Seed of all chance: jitter, partitioners. @default 1 */
  readonly seed?: number;
  /** Virtual time at the start, in milliseconds since 1970. @default 1_767_225_600_000 (2026-01-01, midnight UTC) */
  readonly startMs?: number;
  /** Most virtual time that one wait may take, in milliseconds. @default 600_000 */
  readonly limitMs?: number;
  /** Most real time that a handler may take while something waits for it, in milliseconds. @default 10_000 */
  readonly realLimitMs?: number;
}

const names = ['topics', 'partitions', 'seed', 'startMs', 'limitMs', 'realLimitMs'];

/** @throws InvalidConfigError with all problems at once */
export function checkTestApp(app: unknown, options: TestAppOptions): void {
  const check = new OptionCheck();
  // By what it can do: with two installs of the package there are two classes of that name.
  const can = (method: string) => app instanceof Object && method in app;
  if (can('then'))
    check.problem('the application is a promise: await it, as in testApp(await app)');
  else if (!can('moveTo'))
    check.problem(`the application is ${show(app)}, expected what partita(…) has returned`);
  check.known('', check.object('the options', options), names);
  const { topics, partitions, seed, startMs, limitMs, realLimitMs } = options;
  for (const [topic, count] of Object.entries(check.object('topics', topics)))
    check.count(`topics.${topic}`, count, 1);
  if (partitions !== undefined) check.count('partitions', partitions, 1);
  if (seed !== undefined) check.count('seed', seed, 0);
  if (startMs !== undefined) check.count('startMs', startMs, 0);
  for (const [name, value] of Object.entries({ limitMs, realLimitMs }))
    if (value !== undefined && !(typeof value === 'number' && value > 0))
      check.problem(`${name} is ${show(value)}, expected milliseconds`);
  if (check.problems.length > 0) throw new InvalidConfigError('call of testApp', check.problems);
}
