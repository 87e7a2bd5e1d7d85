/**
 * Assignors next to Java's, on this machine, in this run: time, and whether the assignments are the same, order included.
 *
 *     npm run -s bench:assignors            all
 *     npm run -s bench:assignors -- quick   the large uniform group only
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  assignPacked,
  cooperativeSticky,
  type PackedGroup,
  range,
  roundRobin,
} from '../../src/assignors/index.ts';
import type { Assignor } from '../../src/core/index.ts';
import { digestOf, firstGroup, laterGroup, type Size, type Step, withObjects } from './groups.ts';
import { type JavaRun, prepareJava, runJava } from './java.ts';

const REPETITIONS = 7;
const JAVA_LIMIT_MS = 90_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Timed<T> {
  /** Best of the repetitions: what other work on the machine disturbed least. So with Java. */
  readonly bestMs: number;
  readonly result: T;
}

function time<T>(run: () => T): Timed<T> {
  let bestMs = Number.POSITIVE_INFINITY;
  let result = run();
  for (let i = 0; i < REPETITIONS; i++) {
    collect();
    const start = performance.now();
    result = run();
    bestMs = Math.min(bestMs, performance.now() - start);
  }
  return { bestMs, result };
}

function report(assignor: Assignor, size: Size, java: ReadonlyMap<Step, JavaRun>): void {
  const start = firstGroup(size);
  const first = assignPacked(assignor, start);
  const steps: [Step, PackedGroup][] = [['first', start]];
  if (assignor === cooperativeSticky) {
    steps.push(
      ['join', laterGroup(size, 'join', first)],
      ['leave', laterGroup(size, 'leave', first)],
    );
  }
  const total = size.topics * size.partitions;
  const title = `${assignor.name} ${size.kind}, ${total} partitions of ${size.topics} topics, ${size.members} members`;
  console.log(
    `\n${title}\n${row('', 'packed ms', 'objects ms', 'Java ms', 'packed/Java', 'same')}`,
  );
  for (const [step, group] of steps) {
    const packed = time(() => assignPacked(assignor, group));
    const view = withObjects(group);
    const objects = time(() => assignor.assign(view));
    const reference = java.get(step);
    const javaMs = reference === undefined ? Number.NaN : Math.min(...reference.timesMs);
    const same =
      reference === undefined ? '' : String(reference.digest === digestOf(packed.result));
    const share = Number.isNaN(javaMs) ? '' : `${((100 * packed.bestMs) / javaMs).toFixed(1)} %`;
    console.log(row(step, ms(packed.bestMs), ms(objects.bestMs), ms(javaMs), share, same));
  }
}

function ms(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(value < 10 ? 2 : 0);
}

function row(...cells: string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(8) : cell.padStart(13))).join('');
}

/** Grows the group: a join should cost in proportion to its partitions. */
function growth(kind: Size['kind'], sizes: readonly Size[]): void {
  console.log(
    `\ncooperative-sticky ${kind}, one joins\n${row('', 'members', 'ms', 'ns/partition', 'heap B/part.')}`,
  );
  for (const size of sizes) {
    const group = laterGroup(size, 'join', assignPacked(cooperativeSticky, firstGroup(size)));
    const { bestMs } = time(() => assignPacked(cooperativeSticky, group));
    collect();
    const before = process.memoryUsage().heapUsed;
    const result = assignPacked(cooperativeSticky, group);
    collect();
    const held = process.memoryUsage().heapUsed - before;
    const total = size.topics * size.partitions;
    const perPartition = ((bestMs * 1e6) / total).toFixed(0);
    const bytes = result.size > 0 ? (held / total).toFixed(2) : '';
    console.log(row(String(total), String(size.members), ms(bestMs), perPartition, bytes));
  }
}

const size = (kind: Size['kind'], topics: number, partitions: number, members: number): Size => ({
  kind,
  topics,
  partitions,
  members,
});

const missing = prepareJava();
if (missing !== null) console.log(`Without Java: ${missing}`);
const java = (assignor: Assignor, one: Size, repetitions: number): Map<Step, JavaRun> =>
  missing === null ? runJava(assignor.name, one, repetitions, JAVA_LIMIT_MS) : new Map();

const large = size('uniform', 500, 2000, 2000);
report(cooperativeSticky, large, java(cooperativeSticky, large, 5));
if (process.argv[2] !== 'quick') {
  const small = size('uniform', 10, 100, 100);
  report(cooperativeSticky, small, java(cooperativeSticky, small, 50));
  for (const assignor of [range, roundRobin]) report(assignor, large, java(assignor, large, 3));
  const mixed = size('buckets', 50, 20, 100);
  report(cooperativeSticky, mixed, java(cooperativeSticky, mixed, 3));
  // Java needs minutes for a join in these.
  for (const one of [
    size('half', 100, 500, 1000),
    size('buckets', 100, 500, 1000),
    size('one', 500, 2000, 2000),
  ]) {
    report(cooperativeSticky, one, new Map());
  }
  growth(
    'uniform',
    [20, 200, 2000].map((members) => size('uniform', 500, members, members)),
  );
  growth(
    'half',
    [10, 100, 1000].map((members) => size('half', 100, members, members)),
  );
}
