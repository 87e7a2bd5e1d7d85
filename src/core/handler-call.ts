import type { Cancel, Clock } from './clock.ts';
import { PartitaError } from './errors.ts';
import type { BatchContext, RecordContext } from './consumer-options.ts';
import type { ConsumerRecord, ProducerRecord, RecordMetadata } from './record.ts';
import { isThenable } from './record-lane.ts';
import type { TopicPartition } from './topic-partition.ts';

/** What a call needs from the partition it is made for. */
export interface CallHost extends TopicPartition {
  readonly clock: Clock;
  /** Aborted when the partition's work must end. */
  readonly signal: AbortSignal;
  readonly handlerName: string;
  publish(topic: string, record: ProducerRecord): Promise<RecordMetadata>;
  /** Counts these as handled and stores the position. */
  commitHandled(records: readonly ConsumerRecord[]): Promise<void>;
}

/**
 * One call of a handler: its context, and its time limit. What a handler may take out of its context are getters that make
 * a function bound to this call: most handlers ask for none of them, and this is made once per record.
 */
abstract class HandlerCall {
  readonly attempt: number;
  protected readonly host: CallHost;
  #own: AbortController | undefined;

  constructor(host: CallHost, attempt: number) {
    this.host = host;
    this.attempt = attempt;
  }

  get signal(): AbortSignal {
    return this.#own?.signal ?? this.host.signal;
  }

  get publish(): (topic: string, record: ProducerRecord) => Promise<RecordMetadata> {
    return (topic, record) => this.host.publish(topic, record);
  }

  /** Waits for the result, but no longer than the limit. Without a limit nothing is allocated. */
  limit(limitMs: number | undefined, call: () => unknown): unknown {
    if (limitMs === undefined) return call();
    const own = new AbortController();
    const forward = () => own.abort(this.host.signal.reason);
    this.host.signal.addEventListener('abort', forward, { once: true });
    this.#own = own;
    let cancel: Cancel = () => {};
    const done = () => {
      cancel();
      this.host.signal.removeEventListener('abort', forward);
    };
    const result = call();
    if (!isThenable(result)) {
      done();
      return result;
    }
    const expired = new Promise<never>((_, reject) => {
      cancel = this.host.clock.schedule(limitMs, () => {
        const error = this.#timeout(limitMs);
        own.abort(error);
        reject(error);
      });
    });
    return Promise.race([result, expired]).finally(done);
  }

  #timeout(limitMs: number): PartitaError {
    const { topic, partition, handlerName } = this.host;
    return new PartitaError(
      'HANDLER_TIMEOUT',
      `The handler of ${handlerName} did not finish a record of ${topic}-${partition} within handlerTimeoutMs (${limitMs} ms). Its signal was aborted; what it still does is not waited for.`,
      { topic, partition, ...this.where() },
    );
  }

  protected abstract where(): { readonly offset?: number };
}

export class RecordCall extends HandlerCall implements RecordContext {
  readonly record: ConsumerRecord;

  constructor(host: CallHost, attempt: number, record: ConsumerRecord) {
    super(host, attempt);
    this.record = record;
  }

  get commit(): () => Promise<void> {
    return () => this.host.commitHandled([this.record]);
  }

  protected override where(): { readonly offset: number } {
    return { offset: this.record.offset };
  }
}

export class BatchCall extends HandlerCall implements BatchContext {
  readonly records: readonly ConsumerRecord[];
  /** Index in the batch → what went wrong with that record. */
  readonly failures: Map<number, unknown> = new Map();

  constructor(host: CallHost, attempt: number, records: readonly ConsumerRecord[]) {
    super(host, attempt);
    this.records = records;
  }

  get topic(): string {
    return this.host.topic;
  }

  get partition(): number {
    return this.host.partition;
  }

  get fail(): (index: number, error: unknown) => void {
    return (index, error) => {
      if (this.records[index] === undefined)
        throw new RangeError(
          `fail(${index}) names no record of this batch, which has ${this.records.length}`,
        );
      this.failures.set(index, error);
    };
  }

  get commit(): () => Promise<void> {
    return () =>
      this.host.commitHandled(this.records.filter((_, index) => !this.failures.has(index)));
  }

  protected override where(): { readonly offset?: number } {
    const first = this.records[0];
    return first === undefined ? {} : { offset: first.offset };
  }
}
