import type { ConsumerRecord } from '../model/record.ts';
import { formatPartition } from '../model/topic-partition.ts';
import type {
  HandlingCall,
  HandlingChanges,
  HandlingOutcome,
  Middleware,
  MiddlewareEnv,
} from '../options/middleware.ts';
import { show } from '../options/option-check.ts';
import { eitherSignal } from './either-signal.ts';
import { callMiddleware, misuse } from './middleware-chain.ts';

/** What is the same for all middleware of one call. */
export interface HandlingFacts
  extends Pick<
    HandlingCall,
    'kind' | 'consumer' | 'group' | 'topic' | 'partition' | 'attempt' | 'env'
  > {
  readonly env: MiddlewareEnv;
  readonly host: { readonly resting: AbortSignal };
}

/** What middleware hands on, from one to the next. */
export interface HandlingState {
  readonly records: readonly ConsumerRecord[];
  readonly signal: AbortSignal;
  readonly context: Readonly<Record<string, unknown>>;
}

const none: ReadonlyMap<number, unknown> = new Map();
const wellDone: HandlingOutcome = Object.freeze({ failures: none });

/** Calls the handler. Resolves to the failures of single records, by offset. */
export type Innermost = (state: HandlingState) => Promise<void>;

/** One call of a handler through its middleware, outermost first. */
export class HandlerChain {
  #failures: Map<number, unknown> | undefined;
  /** Offsets that middleware has left out: they count as handled. */
  readonly #dropped: Set<number> | undefined;
  readonly #facts: HandlingFacts;
  readonly #middleware: readonly Middleware[];
  readonly #innermost: Innermost;

  constructor(
    facts: HandlingFacts,
    middleware: readonly Middleware[],
    dropped: Set<number> | undefined,
    innermost: Innermost,
  ) {
    this.#facts = facts;
    this.#middleware = middleware;
    this.#dropped = dropped;
    this.#innermost = innermost;
  }

  /** By offset: records that failed alone. */
  get failures(): ReadonlyMap<number, unknown> {
    return this.#failures ?? none;
  }

  fail(offset: number, error: unknown): void {
    this.#failures ??= new Map();
    this.#failures.set(offset, error);
  }

  async run(state: HandlingState, index = 0): Promise<HandlingOutcome> {
    const middleware = this.#middleware[index];
    if (middleware !== undefined) return this.#call(middleware, state, index);
    await this.#innermost(state);
    return this.#outcome(state);
  }

  async #call(
    middleware: Middleware,
    state: HandlingState,
    index: number,
  ): Promise<HandlingOutcome> {
    const call = new MiddlewareCall(this.#facts, state);
    const { name } = middleware;
    const { passed, result } = await callMiddleware<HandlingChanges, HandlingOutcome>(
      name,
      (next) => middleware.handle?.(call, next),
      (changes = {}) => {
        this.#takeFailures(call);
        return this.#proceed(state, this.#changed(name, call, changes), changes.signal, index + 1);
      },
    );
    this.#takeFailures(call);
    const reason = call.skipped;
    if (!passed && reason === undefined && (call.failures?.size ?? 0) < state.records.length)
      throw misuse(
        name,
        'it returned without having called next(), which would lose the records; call skip(reason) when they need no handler',
      );
    if (passed && reason !== undefined) throw misuse(name, 'it called both next() and skip()');
    if (reason === undefined) return result ?? this.#outcome(state);
    this.#drop(name, reason, state.records);
    return { skipped: { middleware: name, reason }, failures: this.#outcome(state).failures };
  }

  async #proceed(
    state: HandlingState,
    inner: HandlingState,
    limit: AbortSignal | undefined,
    index: number,
  ): Promise<HandlingOutcome> {
    if (inner.records.length === 0) return this.#outcome(state);
    const outcome = await (limit === undefined
      ? this.run(inner, index)
      : this.#within(limit, inner, index));
    if (this.#failures === undefined) return outcome;
    return { ...outcome, failures: this.#outcome(state).failures };
  }

  async #within(limit: AbortSignal, inner: HandlingState, index: number): Promise<HandlingOutcome> {
    const { signal, release } = eitherSignal(inner.signal, limit);
    try {
      return await this.run({ ...inner, signal }, index);
    } finally {
      release();
    }
  }

  /** What the next one gets. Records that have failed stay behind. */
  #changed(
    name: string,
    { records, signal, context }: MiddlewareCall,
    changes: HandlingChanges,
  ): HandlingState {
    const handedOn =
      changes.records === undefined ? records : this.#views(name, records, changes.records);
    return {
      records:
        this.failures.size === 0
          ? handedOn
          : handedOn.filter(({ offset }) => !this.failures.has(offset)),
      signal,
      context: changes.context === undefined ? context : { ...context, ...changes.context },
    };
  }

  /** Those of the records that are handed on; the others are left out for good. */
  #views(
    name: string,
    records: readonly ConsumerRecord[],
    views: readonly ConsumerRecord[],
  ): readonly ConsumerRecord[] {
    let at = 0;
    const leftOut: ConsumerRecord[] = [];
    for (const view of views) {
      while (at < records.length && records[at]?.offset !== view?.offset)
        leftOut.push(records[at++] as ConsumerRecord);
      if (at++ === records.length)
        throw misuse(
          name,
          `it called next() with a record at offset ${show(view?.offset)}, expected views of the records it was called with, in their order`,
        );
    }
    leftOut.push(...records.slice(at));
    if (this.#facts.kind === 'record' && leftOut.length > 0)
      throw misuse(name, 'it called next() without the record; call skip(reason) to leave it out');
    this.#drop(name, 'not handed on', leftOut);
    return views;
  }

  #takeFailures({ records, failures }: MiddlewareCall): void {
    if (failures === undefined) return;
    for (const [index, error] of failures)
      this.fail((records[index] as ConsumerRecord).offset, error);
  }

  #drop(name: string, reason: string, records: readonly ConsumerRecord[]): void {
    const { consumer, env } = this.#facts;
    for (const record of records) {
      const { offset } = record;
      if (this.failures.has(offset)) continue;
      this.#dropped?.add(offset);
      env.log.debug(`middleware ${name} skipped a record: ${reason}`, {
        consumer,
        partition: formatPartition(record),
        offset,
      });
    }
  }

  #outcome({ records }: HandlingState): HandlingOutcome {
    if (this.#failures === undefined) return wellDone;
    const failures = new Map<number, unknown>();
    for (const [index, { offset }] of records.entries())
      if (this.#failures.has(offset)) failures.set(index, this.#failures.get(offset));
    return { failures };
  }
}

/** What one middleware is called with. */
class MiddlewareCall implements HandlingCall {
  readonly kind: 'record' | 'batch';
  readonly consumer: string;
  readonly group: string | null;
  readonly topic: string;
  readonly partition: number;
  readonly attempt: number;
  readonly env: MiddlewareEnv;
  readonly records: readonly ConsumerRecord[];
  readonly signal: AbortSignal;
  readonly context: Readonly<Record<string, unknown>>;
  readonly #host: HandlingFacts['host'];
  failures: Map<number, unknown> | undefined;
  skipped: string | undefined;

  constructor(facts: HandlingFacts, state: HandlingState) {
    this.kind = facts.kind;
    this.consumer = facts.consumer;
    this.group = facts.group;
    this.topic = facts.topic;
    this.partition = facts.partition;
    this.attempt = facts.attempt;
    this.env = facts.env;
    this.#host = facts.host;
    this.records = state.records;
    this.signal = state.signal;
    this.context = state.context;
  }

  get resting(): AbortSignal {
    return this.#host.resting;
  }

  /** As in a handler's context: it works when taken out of the call. */
  get skip(): (reason: string) => void {
    return (reason) => {
      this.skipped = String(reason);
    };
  }

  get fail(): (index: number, error: unknown) => void {
    return (index, error) => {
      if (this.records[index] === undefined)
        throw misuse(
          'call of fail',
          `index is ${show(index)}, expected one of the ${this.records.length} records of this call, from 0`,
        );
      this.failures ??= new Map();
      this.failures.set(index, error);
    };
  }
}
