import { decodeCompleted } from '../../src/core/engine/completed-offsets.ts';
import type { AssignedPartition, PartitionCommit } from '../../src/core/index.ts';

/** Decoding a whole batch of a simulation takes no longer. */
const longestDecodeMs = 150;

/** What must be true of one stretch of reading a partition. */
interface Stretch {
  readonly start: number;
  readonly epoch: number;
  /** Finished in this stretch, or known as finished when it began. */
  readonly finished: Set<number>;
  /** Lane → the newest offset a handler was started for. */
  readonly newest: Map<string, number>;
  committed: number;
}

/** One call of a handler, for one record. */
export interface Start {
  readonly partition: number;
  readonly offset: number;
  /** Records of one lane are handled one at a time, in log order. */
  readonly lane: string | undefined;
  /** Once aborted, nobody waits for the handler any more. */
  readonly signal: AbortSignal;
}

export interface Attempt extends Start {
  readonly stretch: Stretch;
}

/**
 * The promise of the engine, restated as plainly as possible: told of everything that happens, it remembers what is not
 * allowed.
 */
export class EngineModel {
  readonly violations: string[] = [];
  /** How often each record was brought to its end, ever: `partition@offset`. */
  readonly endings = new Map<string, number>();
  /** Records that a seek left out. */
  readonly leftOut = new Set<string>();
  readonly #stretches = new Map<number, Stretch>();
  /** Open partitions of the running application. */
  readonly #open = new Map<number, 'opening' | 'open'>();
  readonly #limit: number;
  /** Partitions in which nothing may start, and since when. */
  readonly #paused = new Map<number, number>();
  readonly #running = new Set<Attempt>();
  /** Handlers under way in the running process. */
  #inFlight = { count: 0 };

  readonly #now: () => number;

  constructor(limit: number, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** A new process: handlers of the one before are nobody's concern. */
  restarted(): void {
    this.#inFlight = { count: 0 };
    this.#open.clear();
    this.#stretches.clear();
    this.#paused.clear();
    this.#running.clear();
  }

  assigned({ partition, epoch, position, metadata }: AssignedPartition): void {
    this.#paused.delete(partition);
    const finished = new Set<number>();
    const runs = decodeCompleted(position.offset, metadata);
    for (let i = 0; i + 1 < runs.length; i += 2)
      for (let at = runs[i] as number; at < (runs[i + 1] as number); at++) finished.add(at);
    this.#begin(partition, position.offset, epoch, finished);
  }

  /** By a seek of the user: what comes after it is to be handled anew, what is before it is left out. */
  sought(partition: number, offset: number, offsets: readonly number[]): void {
    const old = this.#stretches.get(partition);
    for (const at of offsets)
      if (at < offset && at >= (old?.start ?? 0)) this.leftOut.add(`${partition}@${at}`);
    this.#begin(partition, offset, old?.epoch ?? -1, new Set());
  }

  /** By the engine, to try a stopped partition again: what is finished stays finished. */
  resumed(partition: number, offset: number): void {
    const old = this.#stretches.get(partition);
    if (old !== undefined) this.#begin(partition, offset, old.epoch, old.finished, old.committed);
  }

  paused(partition: number): void {
    if (!this.#paused.has(partition)) this.#paused.set(partition, this.#now());
  }

  /** By the user. */
  resuming(partition: number): void {
    this.#paused.delete(partition);
  }

  opening(partition: number): void {
    if (this.#open.has(partition)) this.#wrong(`open of ${partition} while it is open`);
    this.#open.set(partition, 'opening');
  }

  opened(partition: number): void {
    if (this.#open.has(partition)) this.#open.set(partition, 'open');
  }

  closed(partition: number, reason: string): void {
    if (!this.#open.has(partition))
      this.#wrong(`close(${reason}) of ${partition}, which is not open`);
    this.#open.delete(partition);
  }

  /** A handler was called; returns what to call when it ends. */
  entered(): () => void {
    const inFlight = this.#inFlight;
    if (++inFlight.count > this.#limit) this.#wrong(`${inFlight.count} handlers at once`);
    return () => {
      inFlight.count--;
    };
  }

  started(start: Start): Attempt {
    const { partition, offset, lane } = start;
    const what = `handler of ${partition}@${offset}`;
    if (this.#open.get(partition) !== 'open') this.#wrong(`${what} before open or after close`);
    // What was being decoded when the pause began is still handled.
    if (this.#now() - (this.#paused.get(partition) ?? this.#now()) > longestDecodeMs)
      this.#wrong(`${what} during a pause`);
    const stretch = this.#stretches.get(partition) ?? this.#begin(partition, 0, -1, new Set());
    if (stretch.finished.has(offset)) this.#wrong(`${what}, which is finished`);
    if (lane !== undefined) this.#checkLane(start, stretch, what);
    const attempt = { ...start, stretch };
    this.#running.add(attempt);
    return attempt;
  }

  ended(attempt: Attempt): void {
    this.#running.delete(attempt);
  }

  #checkLane({ partition, offset, lane = '' }: Start, { newest }: Stretch, what: string): void {
    for (const other of this.#running)
      if (other.partition === partition && other.lane === lane && !other.signal.aborted)
        this.#wrong(`${what} beside ${other.offset} of ${lane}`);
    if ((newest.get(lane) ?? -1) > offset) this.#wrong(`${what} after a later of ${lane}`);
    newest.set(lane, offset);
  }

  succeeded({ partition, offset, stretch }: Attempt): void {
    stretch.finished.add(offset);
    this.#count(partition, offset);
  }

  /** Skipped or dead-lettered. */
  given(partition: number, offset: number): void {
    this.#stretches.get(partition)?.finished.add(offset);
    this.#count(partition, offset);
  }

  /** The engine asks for this to be stored. */
  committing(
    { partition, epoch, position, metadata }: PartitionCommit,
    offsets: readonly number[],
  ) {
    const stretch = this.#stretches.get(partition);
    const what = `commit of ${partition} at ${position.offset}`;
    // From before the latest seek or assignment: whether it is stored is up to the fence.
    if (stretch === undefined || stretch.epoch !== epoch) return;
    if (position.offset < stretch.committed)
      this.#wrong(`${what} goes back from ${stretch.committed}`);
    stretch.committed = position.offset;
    for (const offset of offsets)
      if (offset >= stretch.start && offset < position.offset && !stretch.finished.has(offset))
        this.#wrong(`${what} passes ${offset}`);
    const known = new Set(offsets);
    const runs = decodeCompleted(position.offset, metadata);
    for (let i = 0; i + 1 < runs.length; i += 2)
      for (let at = runs[i] as number; at < (runs[i + 1] as number); at++)
        if (known.has(at) && !stretch.finished.has(at)) this.#wrong(`${what} calls ${at} finished`);
  }

  #begin(
    partition: number,
    start: number,
    epoch: number,
    finished: Set<number>,
    committed = start,
  ): Stretch {
    const stretch = {
      start,
      epoch,
      finished,
      newest: new Map<string, number>(),
      committed,
    };
    this.#stretches.set(partition, stretch);
    return stretch;
  }

  #count(partition: number, offset: number): void {
    const name = `${partition}@${offset}`;
    this.endings.set(name, (this.endings.get(name) ?? 0) + 1);
  }

  #wrong(what: string): void {
    this.violations.push(what);
  }
}
