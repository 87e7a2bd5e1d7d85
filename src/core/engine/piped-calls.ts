import { InvalidConfigError } from '../model/errors.ts';
import type { ConsumerRecord } from '../model/record.ts';
import { BatchCall, type CallHost, RecordCall } from './handler-call.ts';
import type { HandlingState } from './handler-chain.ts';

/** A record handler's context behind middleware: shows what was handed on, commits what was read. */
export class PipedRecordCall extends RecordCall {
  readonly #read: ConsumerRecord;
  #signal: AbortSignal | undefined;

  constructor(host: CallHost, attempt: number, record: ConsumerRecord) {
    super(host, attempt, record);
    this.#read = record;
  }

  override get signal(): AbortSignal {
    return this.#signal ?? super.signal;
  }

  override get commit(): () => Promise<void> {
    return () => this.commitHandled([this.#read]);
  }

  take({ records, signal, context }: HandlingState): void {
    this.record = records[0] ?? this.#read;
    this.#signal = signal;
    addTo(this, context);
  }
}

/** The same for batches. Records that middleware left out are handled already, and are committed along. */
export class PipedBatchCall extends BatchCall {
  readonly #read: readonly ConsumerRecord[];
  readonly #dropped: ReadonlySet<number>;
  #signal: AbortSignal | undefined;

  constructor(
    host: CallHost,
    attempt: number,
    records: readonly ConsumerRecord[],
    dropped: ReadonlySet<number>,
  ) {
    super(host, attempt, records);
    this.#read = records;
    this.#dropped = dropped;
  }

  override get signal(): AbortSignal {
    return this.#signal ?? super.signal;
  }

  override get commit(): () => Promise<void> {
    return () => {
      // What does not decode is not among the records shown, and not handled.
      const shown = this.records.filter((_, index) => !this.failures.has(index));
      const handled = new Set([...this.#dropped, ...shown.map(({ offset }) => offset)]);
      return this.commitHandled(this.#read.filter(({ offset }) => handled.has(offset)));
    };
  }

  take({ records, signal, context }: HandlingState): void {
    this.records = records;
    this.#signal = signal;
    addTo(this, context);
  }
}

/** What every context has is not for middleware to replace: commits and limits hang on it. */
function addTo(call: object, context: HandlingState['context']): void {
  const taken = Object.keys(context).filter((name) => name in call);
  if (taken.length > 0)
    throw new InvalidConfigError(
      'context added by middleware',
      taken.map((name) => `${name} is part of every context; give yours another name`),
    );
  Object.assign(call, context);
}
