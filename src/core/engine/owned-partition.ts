import { CommitFencedError, PartitaError } from '../model/errors.ts';
import type { Position } from '../model/position.ts';
import { formatPartition, type TopicPartition } from '../model/topic-partition.ts';
import { within } from '../model/within.ts';
import type { CloseReason } from '../options/consumer-options.ts';
import type { ResolvedBuffer } from '../options/resolved-options.ts';
import type { AssignedPartition, GroupSession, RecordBatch } from '../ports/backend.ts';
import { decodeCompleted } from './completed-offsets.ts';
import type { ConsumerReport } from './consumer-report.ts';
import { type Drainable, drain, type HandOverDeps } from './hand-over.ts';
import { PartitionRun, type RunStart } from './partition-run.ts';
import type { RunHost } from './run-host.ts';

/** What a partition needs from its consumer. */
export interface PartitionHost extends RunHost {
  readonly report: ConsumerReport;
  readonly handOverDeps: HandOverDeps;
  readonly session: GroupSession;
}

/** A place to go on from, with what is finished beyond it. */
type Target = Pick<RunStart, 'position' | 'completed'>;

/** One partition from the moment it is assigned until it is gone: `open`, one run after the other, `close`. */
export class OwnedPartition implements Drainable {
  readonly topic: string;
  readonly partition: number;
  readonly #host: PartitionHost;
  readonly #abort = new AbortController();
  #run: PartitionRun;
  #limits: ResolvedBuffer;
  #opening: Promise<void> = Promise.resolve();
  #open: 'not called' | 'pending' | 'done' | 'failed' = 'not called';
  #leaving = false;
  /** Seeks and resumptions of this partition, one after the other. */
  #moves: Promise<unknown> = Promise.resolve();
  /** The backend reads no further until a seek. */
  #standsStill = false;

  constructor(host: PartitionHost, assigned: AssignedPartition, limits: ResolvedBuffer) {
    const { topic, partition, epoch, position, committed, metadata } = assigned;
    this.topic = topic;
    this.partition = partition;
    this.#host = host;
    this.#limits = limits;
    const start: RunStart = {
      topic,
      partition,
      epoch,
      position,
      completed: committed ? decodeCompleted(position.offset, metadata) : [],
      committed: committed ? position : undefined,
    };
    this.#run = new PartitionRun(host, start, limits);
  }

  get run(): PartitionRun {
    return this.#run;
  }

  /** False from the moment it is about to be given up. */
  get stays(): boolean {
    return !this.#leaving;
  }

  setLimits(limits: ResolvedBuffer): void {
    this.#limits = limits;
    this.#run.buffer.setLimits(limits);
  }

  /** Calls `open`, after the `close` of an earlier ownership; handlers start when it has returned. */
  begin(closing?: Promise<void>): void {
    this.#opening = this.#callOpen(closing);
  }

  /**
   * Takes records in; returns whether there is room for more. Records from before what was read already mean that the log
   * was cut off or made anew: the out-of-range policy chose an earlier place, and what was read is gone.
   */
  accept(batch: RecordBatch): boolean {
    const { offset, token } = batch.records[0] ?? batch.next;
    const reached = this.#run.tracker.next.offset;
    if (offset < reached && this.stays && this.#run.takesRecords) {
      this.#host.report.rewound(this.#run, reached, offset);
      this.#run.abort(new PartitaError('CLOSED', `The log of ${formatPartition(this)} was reset.`));
      const position = token === undefined ? { offset } : { offset, token };
      this.#replace({ position, completed: [] });
    }
    return this.#run.accept(batch);
  }

  /** The backend cannot go on here by itself. */
  standStill(): void {
    this.#standsStill = true;
  }

  pause(): void {
    this.#run.pause();
  }

  /** Ends a pause; where an error stopped the partition, its first unfinished record is tried again. */
  async resume(): Promise<void> {
    this.#run.resume();
    if (this.#run.state === 'stopped' || this.#standsStill) {
      await this.#move((run) => ({
        position: run.tracker.frontier(),
        completed: run.completedRuns(),
      }));
      return;
    }
    if (this.stays && this.#run.hasRoom()) this.#host.session.resume([this.#name]);
  }

  /** Goes on at another place, once running handlers have ended. */
  seek(position: Position): Promise<void> {
    return this.#move(() => ({ position, completed: [] }));
  }

  drain(): void {
    this.#leaving = true;
    // Nothing was handled yet, and nothing will be: what `open` prepares is of no use any more.
    if (this.#open !== 'done') this.#abort.abort(this.#leavingError());
    this.#run.drain();
  }

  async idle(): Promise<void> {
    await Promise.all([this.#run.idle(), this.#opening]);
  }

  abort(reason: unknown): void {
    this.#abort.abort(reason);
    this.#run.abort(reason);
  }

  /** Ownership is over. False when it was over before. */
  end(): boolean {
    this.#leaving = true;
    const first = this.#run.current;
    this.#run.close();
    return first;
  }

  /**
   * Calls `close`, if `open` was called, and after it has returned or a drain has waited for it. Neither takes longer than
   * `limitMs`.
   */
  async close(reason: CloseReason, limitMs: number): Promise<void> {
    const { options, clock, report } = this.#host;
    const call = async () => {
      if (this.#open === 'not called') return;
      if (reason === 'lost') await within(this.#opening, limitMs, { clock });
      await options.close?.(this.#name, reason);
    };
    try {
      if (!(await within(call(), limitMs, { clock })))
        report.closeFailed(this, this.#slow(limitMs));
    } catch (error) {
      report.closeFailed(this, error);
    }
    report.closed(this, reason);
  }

  get #name(): TopicPartition {
    return { topic: this.topic, partition: this.partition };
  }

  async #callOpen(closing?: Promise<void>): Promise<void> {
    if (closing !== undefined) await closing;
    if (this.#leaving) return;
    this.#open = 'pending';
    try {
      await this.#host.options.open?.({ ...this.#name, signal: this.#abort.signal });
      this.#open = 'done';
      this.#run.activate();
    } catch (error) {
      this.#open = 'failed';
      if (this.#run.stop()) this.#host.report.partitionStopped(this.#run, error);
      else this.#host.report.openAbandoned(this, error);
    }
  }

  #move(target: (run: PartitionRun) => Target): Promise<void> {
    const move = this.#moves.then(() => this.#moveNow(target));
    this.#moves = move.catch(() => undefined);
    return move;
  }

  async #moveNow(target: (run: PartitionRun) => Target): Promise<void> {
    const { session, options, report, handOverDeps } = this.#host;
    if (!this.stays) throw this.#leavingError();
    session.pause([this.#name]);
    const run = this.#run;
    const part = {
      ...this.#name,
      run,
      drain: () => run.drain(),
      idle: () => run.idle(),
      abort: (reason: unknown) => run.abort(reason),
    };
    await drain(part, options.drainTimeoutMs, handOverDeps);
    // Being given up goes before going elsewhere.
    if (!this.stays) throw this.#leavingError();
    this.#standsStill = false;
    const to = target(this.#run);
    this.#replace(to);
    report.resumed(this);
    session.seek(this.#name, to.position);
    if (!this.#run.paused) session.resume([this.#name]);
  }

  #replace({ position, completed }: Target): void {
    const old = this.#run;
    old.close();
    this.#host.handOverDeps.committer.forget(old);
    const { topic, partition, epoch, committed } = old;
    const start = { topic, partition, epoch, position, completed, committed };
    this.#run = new PartitionRun(this.#host, start, this.#limits);
    if (old.logEnd.offset !== undefined) this.#run.learnEnd(old.logEnd.offset);
    if (old.paused) this.#run.pause();
    // The place itself is worth storing: what is before it is not to be read again, or is to be.
    this.#host.finished(this.#run, 0);
    if (this.#open === 'done') this.#run.activate();
    else if (this.#open === 'failed') this.begin();
  }

  #leavingError(): PartitaError {
    return new CommitFencedError(
      `${formatPartition(this)} is given up; nothing can be done with it here any more.`,
      this.#name,
    );
  }

  #slow(limitMs: number): PartitaError {
    return new PartitaError(
      'TIMEOUT',
      `close() of ${formatPartition(this)} did not return within the ${Math.round(limitMs)} ms that were left for it; it is not waited for.`,
      this.#name,
    );
  }
}
