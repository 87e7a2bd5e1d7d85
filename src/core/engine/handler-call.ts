import type { Cancel, Clock } from '../model/clock.ts';
import { InvalidConfigError, PartitaError } from '../model/errors.ts';
import type { ConsumerRecord, ProducerRecord, RecordMetadata } from '../model/record.ts';
import { isThenable } from '../model/thenable.ts';
import { formatPartition, type TopicPartition } from '../model/topic-partition.ts';
import type { BatchContext, RecordContext } from '../options/consumer-options.ts';
import { encodeRecords } from '../options/encode-records.ts';
import type { MiddlewareEnv } from '../options/middleware.ts';
import { type AnyTopic, isTypedTopic, type TypedRecord } from '../options/typed-topic.ts';

/** What a call needs from the partition it is made for. */
export interface CallHost extends TopicPartition {
  readonly clock: Clock;
  /** Aborted when the partition's work must end. */
  readonly signal: AbortSignal;
  /** Aborted with `notBegun` when no new handler is to start. */
  readonly resting: AbortSignal;
  readonly handlerName: string;
  readonly env: MiddlewareEnv;
  /** False once the partition moved on. */
  readonly current: boolean;
  /** Writes for a handler that was called with `handling`. */
  publish(
    topic: string,
    record: ProducerRecord,
    handling: readonly ConsumerRecord[],
  ): Promise<RecordMetadata>;
  /** Counts these as handled and stores the position. */
  commitHandled(records: readonly ConsumerRecord[]): Promise<void>;
}

/**
 * One call of a handler: its context, and its time limit. What a handler may take out of its context are getters that make
 * a function bound to this call: most handlers ask for none of them, and this is made once per record.
 */
abstract class HandlerCall {
  readonly attempt: number;
  /** @internal */
  readonly host: CallHost;
  #own: AbortController | undefined;
  #ended: { readonly error: unknown } | undefined;

  constructor(host: CallHost, attempt: number) {
    this.host = host;
    this.attempt = attempt;
  }

  get signal(): AbortSignal {
    return this.#own?.signal ?? this.host.signal;
  }

  get publish(): RecordContext['publish'] {
    return async (
      topic: string | AnyTopic,
      record: ProducerRecord | TypedRecord<never>,
    ): Promise<RecordMetadata> => {
      if (!isTypedTopic(topic))
        return this.host.publish(topic, record as ProducerRecord, this.handling);
      const encoded = encodeRecords(topic, [record as TypedRecord<never>]);
      const [ready] = isThenable(encoded) ? await encoded : encoded;
      return this.host.publish(topic.name, ready as ProducerRecord, this.handling);
    };
  }

  /** May the handler still be called? Not when its partition went away while middleware or a decoder took its time. */
  get wanted(): boolean {
    return this.host.current && !this.signal.aborted;
  }

  /** Waits for the result, but no longer than the limit. Without a limit nothing is allocated. */
  limit(limitMs: number | undefined, call: () => unknown): unknown {
    return limitMs === undefined ? call() : this.#limited(limitMs, call);
  }

  async #limited(limitMs: number, call: () => unknown): Promise<unknown> {
    const { signal, clock } = this.host;
    const own = new AbortController();
    this.#own = own;
    const forward = () => own.abort(signal.reason);
    signal.addEventListener('abort', forward, { once: true });
    let cancel: Cancel = () => {};
    try {
      const result = call();
      if (!isThenable(result)) return result;
      const expired = new Promise<never>((_, reject) => {
        cancel = clock.schedule(limitMs, () => {
          const expired = this.#timeout(limitMs);
          this.end(expired);
          own.abort(expired);
          reject(expired);
        });
      });
      return await Promise.race([result, expired]);
    } finally {
      cancel();
      signal.removeEventListener('abort', forward);
    }
  }

  /** From here on the error policy decides about the record, and the handler no more: its time is over, or it failed. */
  end(error: unknown): void {
    this.#ended ??= { error };
  }

  protected async commitHandled(records: readonly ConsumerRecord[]): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended.error;
    await this.host.commitHandled(records);
  }

  #timeout(limitMs: number): PartitaError {
    const { topic, partition, handlerName } = this.host;
    return new PartitaError(
      'HANDLER_TIMEOUT',
      `The handler of ${handlerName} did not finish a record of ${topic}-${partition} within handlerTimeoutMs (${limitMs} ms). Its signal was aborted; what it still does is not waited for.`,
      { topic, partition, ...this.where() },
    );
  }

  /** What the handler was called with. */
  protected abstract get handling(): readonly ConsumerRecord[];

  protected abstract where(): { readonly offset?: number };
}

export class RecordCall extends HandlerCall implements RecordContext {
  record: ConsumerRecord;

  constructor(host: CallHost, attempt: number, record: ConsumerRecord) {
    super(host, attempt);
    this.record = record;
  }

  get commit(): () => Promise<void> {
    return () => this.commitHandled([this.record]);
  }

  protected override get handling(): readonly ConsumerRecord[] {
    return [this.record];
  }

  protected override where(): { readonly offset: number } {
    return { offset: this.record.offset };
  }
}

export class BatchCall extends HandlerCall implements BatchContext {
  /** Those of the batch that decode, once that is known. */
  records: readonly ConsumerRecord[];
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
        throw new InvalidConfigError('call of fail', [
          `index is ${index}, expected one of the ${this.records.length} records of this batch, from 0`,
        ]);
      this.failures.set(index, error);
    };
  }

  get commit(): () => Promise<void> {
    return () => this.commitHandled(this.records.filter((_, index) => !this.failures.has(index)));
  }

  protected override get handling(): readonly ConsumerRecord[] {
    return this.records;
  }

  protected override where(): { readonly offset?: number } {
    const first = this.records[0];
    return first === undefined ? {} : { offset: first.offset };
  }
}

/** Nobody hears of it: what ends after a partition moved on does not count. */
export function movedOn(host: CallHost): PartitaError {
  const { topic, partition } = host;
  return new PartitaError(
    'CLOSED',
    `${formatPartition(host)} moved on while a record was on the way to its handler, which was not called.`,
    { topic, partition },
  );
}
