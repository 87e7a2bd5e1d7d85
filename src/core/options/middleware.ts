import type { Clock, Random } from '../model/clock.ts';
import { InvalidConfigError } from '../model/errors.ts';
import type { Logger } from '../model/logger.ts';
import type { ConsumerRecord, ProducerRecord, RecordMetadata } from '../model/record.ts';
import type { TopicPartition } from '../model/topic-partition.ts';
import type { BatchContext, RecordContext } from './consumer-options.ts';
import { OptionCheck, show } from './option-check.ts';

/** What a middleware takes from the world: in tests it is a virtual one. */
export interface MiddlewareEnv {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Names this process to the broker. */
  readonly clientId: string;
  /** Name of the backend: `memory`, `kafka`, `eventhubs`, … */
  readonly backend: string;
}

/** One call of a handler on its way through the middleware. One try: a retry is another call. */
export interface HandlingCall extends TopicPartition {
  /** Whether one record is handled or a batch of them. */
  readonly kind: 'record' | 'batch';
  /** Name of the consumer. */
  readonly consumer: string;
  /** Its group, or null without one. */
  readonly group: string | null;
  /** What is to be handled, as the middleware outside of this one hands it on; exactly one when `kind` is `record`. */
  readonly records: readonly ConsumerRecord[];
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborted when the work must end now. */
  readonly signal: AbortSignal;
  /**
   * Aborted when the partition comes to rest, to move on for instance: handlers that run may end, and no other is to begin.
   * Middleware that lets a call wait before `next()` ends the wait then, and throws the `reason`: the record is left for whoever
   * reads it next, which counts as no failure.
   */
  readonly resting: AbortSignal;
  /** What the middleware outside of this one has added to the handler's context. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly env: MiddlewareEnv;
  /** Instead of `next()`: all of it counts as handled. Logged with the reason, at level debug. */
  skip(reason: string): void;
  /**
   * Marks one record by its index in `records` as failed: the error policy decides about it alone, and `next()` does not
   * hand it on. For a single record the same as throwing.
   */
  fail(index: number, error: unknown): void;
}

/** What became of a call. It failed when `next()` rejects; single failed records of a batch are in `failures`. */
export interface HandlingOutcome {
  /** Who skipped it, and why. */
  readonly skipped?: { readonly middleware: string; readonly reason: string };
  /** Index in the call's `records` → what went wrong with that record of a batch. */
  readonly failures: ReadonlyMap<number, unknown>;
}

/** What `next` hands on instead of what it was given. */
export interface HandlingChanges<Added extends object = object> {
  /**
   * Views of the same records with other contents (see `withContent`), in the same order. Records of a batch that are left
   * out count as handled.
   */
  readonly records?: readonly ConsumerRecord[];
  /** Ends the call earlier than the signal it has; both count. */
  readonly signal?: AbortSignal;
  /** Added to the context of the handler. */
  readonly context?: Added;
}

/**
 * Goes on, inwards, to the handler in the end. To be called once, and awaited: middleware that returns before it has ended
 * fails the call.
 */
export type NextHandling = (changes?: HandlingChanges) => Promise<HandlingOutcome>;

/** The same for middleware that has promised to add something. */
export type NextAdding<Added extends object> = object extends Added
  ? NextHandling
  : (changes: HandlingChanges<Added> & { readonly context: Added }) => Promise<HandlingOutcome>;

/** Where records to be written come from. */
export type ProduceOrigin =
  /** `app.producer()` */
  | 'producer'
  /** `publish` of a handler */
  | 'publish'
  /** an error policy, of a record that failed for good */
  | 'deadLetter'
  /** an error policy, of a record that is tried again later */
  | 'park';

/** One `send` on its way through the middleware. */
export interface ProduceCall {
  readonly topic: string;
  readonly records: readonly ProducerRecord[];
  readonly origin: ProduceOrigin;
  /** The consumer whose handler or error policy writes. */
  readonly consumer?: string;
  /** For `publish`: what its handler was called with. Something to continue a trace or a chain of causes from. */
  readonly handling?: readonly ConsumerRecord[];
  readonly env: MiddlewareEnv;
}

export interface ProduceChanges {
  /** As many as there were, in the same order. */
  readonly records?: readonly ProducerRecord[];
}

/** Goes on, outwards, to the broker in the end: where the records are, in their order. To be called once. */
export type NextProduce = (changes?: ProduceChanges) => Promise<readonly RecordMetadata[]>;

/**
 * Something between the broker and the code of the application: around handlers, around writes, or both. Lists of it are
 * given to `partita({ middleware })`, for all consumers and producers, and to `consume(…, { middleware })`, for one consumer
 * and what its handler publishes. Those of the application are outside, and within a list the first is outermost: the first
 * that a record read passes, and the last that a record written passes. So what one changes on the way out it finds again
 * on the way in.
 *
 * `Added` is what it adds to the handler's context.
 */
export interface Middleware<out Added extends object = object> {
  /** Names it in errors and logs. */
  readonly name: string;
  /**
   * Around each call of a handler, decoding included. Ends in one of these ways: it awaits `next()`, calls `call.skip()`, or
   * throws; what it throws is the failure that `onError` decides about.
   */
  handle?(call: HandlingCall, next: NextHandling): unknown;
  /**
   * Asked before each call of a handler, with its first record: on false the call goes past this middleware. For what samples:
   * asking costs nothing beside a call. @default always
   */
  wants?(record: ConsumerRecord): boolean;
  /** Around each `send` and `publish`: returns what `next()` resolves to, or throws. */
  produce?(call: ProduceCall, next: NextProduce): Promise<readonly RecordMetadata[]>;
  /**
   * `produce` is called for dead letters and parked records, too. They carry the record as it was read; who refuses one holds up
   * its partition, so only what watches should ask for them. @default false
   */
  readonly deadLetters?: boolean;
  /** For the type checker only. */
  readonly '~added'?: Added;
}

/** A middleware as it is defined: what it promises to add, it must hand to `next`. */
export interface MiddlewareDefinition<Added extends object>
  extends Pick<Middleware, 'name' | 'produce' | 'deadLetters'> {
  handle?(call: HandlingCall, next: NextAdding<Added>): unknown;
}

/** What every context has, and middleware cannot replace. */
type ContextName = keyof RecordContext | keyof BatchContext;

/** What a list of middleware adds to the handler's context. */
export type AddedBy<List extends readonly Middleware[]> = [List[number]] extends [never]
  ? object
  : (
        List[number] extends infer One
          ? One extends Middleware<infer Added>
            ? (added: Added) => void
            : never
          : never
      ) extends (added: infer All extends object) => void
    ? All
    : object;

/** A context with what middleware has added. */
export type WithAdded<Context, Added extends object> = [keyof Added] extends [never]
  ? Context
  : Context & Readonly<Added>;

/**
 * Checks a middleware and gives its type: `defineMiddleware<{ tenant: string }>({ name, handle })` must hand a `tenant` to
 * `next`, and handlers inside find it in their context.
 *
 * ```ts
 * const tenant = defineMiddleware<{ tenant: string }>({
 *   name: 'tenant',
 *   handle: (call, next) => next({ context: { tenant: call.topic.split('.')[0] ?? '' } }),
 * });
 * ```
 *
 * @throws InvalidConfigError when it is no middleware.
 */
export function defineMiddleware<Added extends object = object>(
  middleware: [keyof Added & ContextName] extends [never]
    ? MiddlewareDefinition<Added>
    : { readonly 'every context has one of these already': keyof Added & ContextName },
): Middleware<Added> {
  const check = new OptionCheck();
  checkOne(check, 'middleware', middleware);
  if (check.problems.length > 0) throw new InvalidConfigError('middleware', check.problems);
  return middleware as Middleware<Added>;
}

/** The list as it was given, when it is one. Problems name the index. */
export function checkMiddleware(check: OptionCheck, given: unknown): readonly Middleware[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    check.problem(`middleware is ${show(given)}, expected a list such as [logging()]`);
    return [];
  }
  for (const [index, one] of given.entries()) checkOne(check, `middleware[${index}]`, one);
  return given as readonly Middleware[];
}

function checkOne(check: OptionCheck, path: string, given: unknown): void {
  const expected = 'expected an object with a name and a function handle, produce or both';
  if (typeof given === 'function') {
    check.problem(`${path} is a function, ${expected}; was it meant to be called?`);
    return;
  }
  if (typeof given !== 'object' || given === null) {
    check.problem(`${path} is ${show(given)}, ${expected}`);
    return;
  }
  const { name, handle, produce, wants, deadLetters } = given as Partial<Middleware>;
  if (typeof name !== 'string' || name === '')
    check.problem(`${path}.name is ${show(name)}, expected a text that is not empty`);
  if (handle === undefined && produce === undefined)
    check.problem(`${path} has neither handle nor produce, ${expected}`);
  for (const [key, value] of Object.entries({ handle, produce, wants }))
    if (value !== undefined && typeof value !== 'function')
      check.problem(`${path}.${key} is ${show(value)}, expected a function`);
  if (deadLetters !== undefined && typeof deadLetters !== 'boolean')
    check.problem(`${path}.deadLetters is ${show(deadLetters)}, expected true or false`);
}
