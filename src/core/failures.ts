import { Backoff } from './backoff.ts';
import type { BatchJob } from './batch-lane.ts';
import { type Clock, type Random, sleep } from './clock.ts';
import { deadLetterRecord } from './dead-letters.ts';
import type { Decision, ErrorPolicy } from './error-policy.ts';
import type { PartitionRun } from './partition-run.ts';
import type { ConsumerRecord } from './record.ts';
import type { RecordLane } from './record-lane.ts';

/** What failing records are reported to. */
export interface FailureReport {
  recordFailed(record: ConsumerRecord, error: unknown, attempt: number, decision: Decision): void;
  deadLettered(record: ConsumerRecord, topic: string): void;
  deadLetterFailed(record: ConsumerRecord, topic: string, error: unknown): void;
  skipped(record: ConsumerRecord, error: unknown): void;
  partitionStopped(run: PartitionRun, error: unknown): void;
}

const firstDeadLetterDelayMs = 200;
const maxDeadLetterDelayMs = 10_000;

/** Carries out what the error policy decides, for single records and for batches. */
export class Failures {
  readonly #consumer: string;
  readonly #policy: ErrorPolicy;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #report: FailureReport;

  constructor(
    consumer: string,
    policy: ErrorPolicy,
    clock: Clock,
    random: Random,
    report: FailureReport,
  ) {
    this.#consumer = consumer;
    this.#policy = policy;
    this.#clock = clock;
    this.#random = random;
    this.#report = report;
  }

  async record(
    run: PartitionRun,
    lane: RecordLane,
    record: ConsumerRecord,
    error: unknown,
    attempt: number,
  ): Promise<void> {
    if (run.state !== 'active') return;
    const decision = this.#decide(record, error, attempt);
    if (decision.kind === 'retry') {
      this.#clock.schedule(decision.delayMs, () => lane.retry());
      return;
    }
    if (!(await this.#end(run, record, error, attempt, decision))) return;
    run.finished(record);
    lane.proceed();
  }

  /** All records of a batch share one failure: one decision is for all of them. */
  async batch(run: PartitionRun, job: BatchJob, error: unknown): Promise<void> {
    const first = job.records[0];
    if (run.state !== 'active' || first === undefined) return;
    const decision = this.#decide(first, error, job.attempt);
    if (decision.kind === 'retry') {
      this.#clock.schedule(decision.delayMs, () => job.retry());
      return;
    }
    for (const record of job.records) {
      if (!(await this.#end(run, record, error, job.attempt, decision))) return;
      run.finished(record);
    }
    job.proceed();
  }

  /** Some records of a batch failed, each with a decision of its own. Those to be tried again make up a smaller batch. */
  async batchRecords(run: PartitionRun, job: BatchJob): Promise<void> {
    if (run.state !== 'active') return;
    const again: ConsumerRecord[] = [];
    let delayMs = 0;
    const failed = [...job.failures].sort(([a], [b]) => a - b);
    for (const [index, error] of failed) {
      const record = job.records[index] as ConsumerRecord;
      const decision = this.#decide(record, error, job.attempt);
      if (decision.kind === 'retry') {
        again.push(record);
        delayMs = Math.max(delayMs, decision.delayMs);
        continue;
      }
      if (!(await this.#end(run, record, error, job.attempt, decision))) return;
      run.finished(record);
    }
    if (again.length === 0) job.proceed();
    else this.#clock.schedule(delayMs, () => job.retry(again));
  }

  #decide(record: ConsumerRecord, error: unknown, attempt: number): Decision {
    let decision: Decision;
    try {
      decision = this.#policy.decide({ error, attempt }, this.#random);
    } catch (defect) {
      decision = { kind: 'stopPartition' };
      this.#report.recordFailed(record, defect, attempt, decision);
      return decision;
    }
    this.#report.recordFailed(record, error, attempt, decision);
    return decision;
  }

  /** Brings a record to its end; false when it stays unfinished. */
  async #end(
    run: PartitionRun,
    record: ConsumerRecord,
    error: unknown,
    attempt: number,
    decision: Decision,
  ): Promise<boolean> {
    if (decision.kind === 'skip') {
      this.#report.skipped(record, error);
      return true;
    }
    if (decision.kind === 'deadLetter')
      return this.#deadLetter(run, record, error, attempt, decision.topic);
    run.stop(error);
    this.#report.partitionStopped(run, error);
    return false;
  }

  /** Until it is acknowledged, or the partition moves. Each write counts as work that a drain waits for; the pauses do not. */
  async #deadLetter(
    run: PartitionRun,
    record: ConsumerRecord,
    error: unknown,
    attempt: number,
    topic: string,
  ): Promise<boolean> {
    const letter = deadLetterRecord(record, error, attempt, this.#consumer);
    const backoff = new Backoff(this.#random, firstDeadLetterDelayMs, maxDeadLetterDelayMs);
    while (run.state === 'active') {
      run.started();
      try {
        await run.publish(topic, letter);
        if (!run.current) return false;
        this.#report.deadLettered(record, topic);
        return true;
      } catch (failure) {
        this.#report.deadLetterFailed(record, topic, failure);
      } finally {
        run.ended();
      }
      await sleep(this.#clock, backoff.next(), run.signal);
    }
    return false;
  }
}
