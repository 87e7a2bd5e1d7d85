import { Backoff } from '../model/backoff.ts';
import type { Random } from '../model/clock.ts';
import type { ConsumerRecord, ProducerRecord } from '../model/record.ts';
import type { Decision, ErrorPolicy } from '../options/error-policy.ts';
import type { BatchJob } from './batch-lane.ts';
import { deadLetterRecord } from './dead-letters.ts';
import { parkedCounts, parkedRecord } from './parked-record.ts';
import type { PartitionRun } from './partition-run.ts';
import type { RecordLane } from './record-lane.ts';
import type { FailureHandling } from './run-host.ts';

/** What failing records are reported to. */
export interface FailureReport {
  recordFailed(record: ConsumerRecord, error: unknown, attempt: number, decision: Decision): void;
  /** It failed while its partition was brought to rest: nothing is decided, it will be read again. */
  leftBehind(record: ConsumerRecord, error: unknown, attempt: number): void;
  /** Its handler failed after it had called `commit()`. */
  failedAfterCommit(record: ConsumerRecord, error: unknown): void;
  deadLettered(record: ConsumerRecord, topic: string): void;
  parked(record: ConsumerRecord, topic: string, dueMs: number): void;
  /** To a dead-letter or a retry topic. */
  writeFailed(record: ConsumerRecord, topic: string, error: unknown): void;
  skipped(record: ConsumerRecord, error: unknown): void;
  partitionStopped(run: PartitionRun, error: unknown, record?: ConsumerRecord): void;
}

const firstWriteDelayMs = 200;
const maxWriteDelayMs = 10_000;

/** One failed try of one record. */
interface FailedTry {
  readonly record: ConsumerRecord;
  readonly error: unknown;
  readonly attempt: number;
}

/** A failed record on its way to another topic. */
interface WriteAway {
  readonly origin: 'deadLetter' | 'park';
  readonly topic: string;
  readonly copy: ProducerRecord;
  readonly report: () => void;
}

const notParked: ReadonlyMap<string, number> = new Map();

/** Carries out what the error policy decides, for single records and for batches. */
export class Failures implements FailureHandling {
  readonly #consumer: string;
  readonly #policy: ErrorPolicy;
  readonly #random: Random;
  readonly #report: FailureReport;

  constructor(consumer: string, policy: ErrorPolicy, random: Random, report: FailureReport) {
    this.#consumer = consumer;
    this.#policy = policy;
    this.#random = random;
    this.#report = report;
  }

  record(
    run: PartitionRun,
    lane: RecordLane,
    record: ConsumerRecord,
    error: unknown,
    attempt: number,
  ): Promise<void> {
    const failed = { record, error, attempt };
    return this.#orStop(run, async () => {
      const decision = this.#decide(run, failed);
      if (decision === 'left') return;
      if (decision === 'finished') lane.proceed();
      else if (decision.kind === 'retry') {
        await run.between(decision.delayMs);
        lane.retry();
      } else if (await this.#carryOut(run, failed, decision)) lane.proceed();
    });
  }

  batch(run: PartitionRun, job: BatchJob, error: unknown): Promise<void> {
    return this.#orStop(run, async () => {
      const open = job.records.filter(({ offset }) => run.tracker.isUnfinished(offset));
      const [first] = open;
      if (first === undefined && job.records[0] !== undefined)
        this.#report.failedAfterCommit(job.records[0], error);
      if (first === undefined) return job.proceed();
      const { attempt } = job;
      const decision = this.#decide(run, { record: first, error, attempt });
      if (typeof decision === 'string') return;
      if (decision.kind === 'retry') {
        await run.between(decision.delayMs);
        job.retry(open);
        return;
      }
      for (const record of open)
        if (!(await this.#carryOut(run, { record, error, attempt }, decision))) return;
      job.proceed();
    });
  }

  /** Each with a decision of its own. Those to be tried again make up a smaller batch. */
  batchRecords(run: PartitionRun, job: BatchJob): Promise<void> {
    return this.#orStop(run, async () => {
      const again: ConsumerRecord[] = [];
      let delayMs = 0;
      const failed = [...job.failures].sort(([a], [b]) => a - b);
      for (const [index, error] of failed) {
        const record = job.records[index] as ConsumerRecord;
        const failedTry = { record, error, attempt: job.attempt };
        const decision = this.#decide(run, failedTry);
        if (decision === 'left') return;
        if (decision === 'finished') continue;
        if (decision.kind === 'retry') {
          again.push(record);
          delayMs = Math.max(delayMs, decision.delayMs);
        } else if (!(await this.#carryOut(run, failedTry, decision))) return;
      }
      if (again.length === 0) {
        job.proceed();
        return;
      }
      await run.between(delayMs);
      job.retry(again);
    });
  }

  /** `left`: the partition is at rest, the record stays for whoever reads it next. `finished`: it counts as handled. */
  #decide(
    run: PartitionRun,
    { record, error, attempt }: FailedTry,
  ): Decision | 'left' | 'finished' {
    if (run.state !== 'active') {
      this.#report.leftBehind(record, error, attempt);
      return 'left';
    }
    if (!run.tracker.isUnfinished(record.offset)) {
      this.#report.failedAfterCommit(record, error);
      return 'finished';
    }
    const parked = run.postpones ? parkedCounts(record) : notParked;
    const decision = this.#policy.decide({ error, attempt, parked }, this.#random);
    this.#report.recordFailed(record, error, attempt, decision);
    return decision;
  }

  /** Brings a record to its end; false when it stays unfinished. */
  async #carryOut(run: PartitionRun, failed: FailedTry, decision: Decision): Promise<boolean> {
    const { record, error } = failed;
    if (decision.kind === 'deadLetter') return await this.#deadLetter(run, failed, decision.topic);
    if (decision.kind === 'park') return await this.#park(run, failed, decision);
    if (decision.kind === 'skip') {
      this.#report.skipped(record, error);
      run.finished(record);
      return true;
    }
    if (run.stop()) this.#report.partitionStopped(run, error, record);
    return false;
  }

  #deadLetter(
    run: PartitionRun,
    { record, error, attempt }: FailedTry,
    topic: string,
  ): Promise<boolean> {
    const copy = deadLetterRecord(record, error, attempt, this.#consumer, run.postpones);
    const report = () => this.#report.deadLettered(record, topic);
    return this.#writeAway(run, record, { origin: 'deadLetter', topic, copy, report });
  }

  #park(
    run: PartitionRun,
    failed: FailedTry,
    { topic, delayMs }: { readonly topic: string; readonly delayMs: number },
  ): Promise<boolean> {
    const dueMs = run.clock.now() + delayMs;
    const consumer = this.#consumer;
    const copy = parkedRecord({ ...failed, consumer, topic, dueMs, again: run.postpones });
    const report = () => this.#report.parked(failed.record, topic, dueMs);
    return this.#writeAway(run, failed.record, { origin: 'park', topic, copy, report });
  }

  /** Until it is acknowledged, or the partition moves. Each write counts as work that a drain waits for; the pauses do not. */
  async #writeAway(
    run: PartitionRun,
    record: ConsumerRecord,
    { origin, topic, copy, report }: WriteAway,
  ): Promise<boolean> {
    const backoff = new Backoff(this.#random, firstWriteDelayMs, maxWriteDelayMs);
    while (run.state === 'active') {
      run.started();
      try {
        await run.writeAway(topic, copy, origin);
        report();
        // Before `ended`: a drain that waits for the write commits what is finished when it is over.
        run.finished(record);
        return run.current;
      } catch (failure) {
        this.#report.writeFailed(record, topic, failure);
      } finally {
        run.ended();
      }
      await run.between(backoff.next());
    }
    return false;
  }

  /** What breaks in here, a policy of the user's or a record that cannot be read any more, must not leave the lane hanging. */
  async #orStop(run: PartitionRun, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (defect) {
      if (run.stop()) this.#report.partitionStopped(run, defect);
    }
  }
}
