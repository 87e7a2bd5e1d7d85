import {
  type ConsumerRecord,
  defineMiddleware,
  type HandlingCall,
  InvalidConfigError,
  type Middleware,
  OptionCheck,
  show,
} from '../core/index.ts';
import type { DeduplicationStore } from './deduplication-store.ts';

export interface DeduplicateOptions {
  /** Where handled records are remembered: `memoryDeduplication()`, `sqlDeduplication(…)`, or one of yours. */
  readonly store: DeduplicationStore;
  /**
   * What makes two records the same, such as an id in a header; those for which it says nothing are always handled. A record for
   * which it throws, or returns anything else, fails.
   */
  readonly key: (record: ConsumerRecord) => string | null | undefined;
  /** How long a handled record is remembered, in milliseconds. @default 86_400_000 (a day) */
  readonly ttlMs?: number;
}

/**
 * Leaves out records whose key was handled before, by this group and from this topic; they count as handled.
 *
 * A record is remembered after its handler has ended well. So none is ever left out that was not handled; but one can be
 * handled twice all the same: when a process dies between the two, or when two processes handle its copies at the same
 * moment. Within a process copies wait for each other. Handlers that must not do a thing twice write the key in the same
 * transaction as their own data.
 *
 * @throws InvalidConfigError with all problems of the options at once.
 */
export function deduplicate(options: DeduplicateOptions): Middleware {
  const { store, key, ttlMs } = resolve(options);
  const underWay = new UnderWay();
  return defineMiddleware({
    name: 'deduplicate',
    async handle(call, next) {
      const keys = keysOf(call, key);
      const own = new Set(keys.filter((one) => typeof one === 'string'));
      if (own.size === 0) {
        await next();
        return;
      }
      const end = await underWay.begin(own, call.signal);
      try {
        const seen = await store.seen([...own], call.env.clock.now());
        const { firsts, copies } = sorted(keys, seen);
        if (firsts.length === 0) {
          call.skip('handled before');
          return;
        }
        const handedOn = firsts.map((index) => call.records[index] as ConsumerRecord);
        const { failures } = await next({ records: handedOn });
        for (const [copy, first] of copies)
          if (failures.has(first)) call.fail(copy, failures.get(first));
        const done = firsts.filter((index) => !failures.has(index)).map((index) => keys[index]);
        const names = done.filter((one) => typeof one === 'string');
        if (names.length > 0) await store.remember(names, call.env.clock.now() + ttlMs);
      } finally {
        end();
      }
    },
  });
}

/** In the place of a key that could not be had: the record has failed. */
const failed = Symbol('failed');

type Key = string | typeof failed | undefined;

/** One for each record. One that cannot be had fails its record alone, and not its batch. */
function keysOf(call: HandlingCall, key: DeduplicateOptions['key']): Key[] {
  return call.records.map((record, index) => {
    try {
      return scoped(call, key(record));
    } catch (error) {
      call.fail(index, error);
      return failed;
    }
  });
}

/** The same key means another record in another topic, and to another group. */
function scoped({ group, consumer, topic }: HandlingCall, key: unknown): string | undefined {
  if (key === undefined || key === null) return undefined;
  // Whatever has no text of its own (a promise, an object) would be the same for all records, and they would be lost.
  if (typeof key !== 'string')
    throw new InvalidConfigError('key of deduplicate()', [
      `it returned ${show(key)}, expected a string at once, or null for a record that is always to be handled`,
    ]);
  return JSON.stringify([group ?? consumer, topic, key]);
}

/** Indexes of what was not handled before, and of copies in the same batch with that of their first. Neither of what has failed. */
function sorted(keys: readonly Key[], seen: ReadonlySet<string>) {
  const firstOf = new Map<Key, number>();
  const firsts: number[] = [];
  const copies = new Map<number, number>();
  for (const [index, key] of keys.entries()) {
    if (key === failed || (key !== undefined && seen.has(key))) continue;
    const first = key === undefined ? undefined : firstOf.get(key);
    if (first !== undefined) copies.set(index, first);
    else {
      firstOf.set(key, index);
      firsts.push(index);
    }
  }
  return { firsts, copies };
}

/** Keys that are being handled in this process. */
class UnderWay {
  readonly #ends = new Map<string, Promise<void>>();

  /** Waits until nobody else handles one of them, then takes all at once: who waits holds nothing. Returns what gives them back. */
  async begin(keys: ReadonlySet<string>, signal: AbortSignal): Promise<() => void> {
    for (;;) {
      const others = [...keys].flatMap((key) => this.#ends.get(key) ?? []);
      if (others.length === 0) break;
      await settledOrAborted(others, signal);
      signal.throwIfAborted();
    }
    const ended = Promise.withResolvers<void>();
    for (const key of keys) this.#ends.set(key, ended.promise);
    return () => {
      for (const key of keys) this.#ends.delete(key);
      ended.resolve();
    };
  }
}

async function settledOrAborted(
  others: readonly Promise<void>[],
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const wake = () => aborted.resolve();
  signal.addEventListener('abort', wake, { once: true });
  try {
    await Promise.race([Promise.all(others), aborted.promise]);
  } finally {
    // The signal is that of a partition, and outlives many calls.
    signal.removeEventListener('abort', wake);
  }
}

function resolve(options: DeduplicateOptions): Required<DeduplicateOptions> {
  const check = new OptionCheck();
  const given: Partial<DeduplicateOptions> = check.object('options', options);
  check.known('', given, ['store', 'key', 'ttlMs']);
  const { store, key, ttlMs = 86_400_000 } = given;
  if (typeof store?.seen !== 'function' || typeof store.remember !== 'function')
    check.problem(
      `store is ${show(store)}, expected memoryDeduplication(), sqlDeduplication(…) or an object with seen and remember`,
    );
  if (typeof key !== 'function')
    check.problem(`key is ${show(key)}, expected a function of the record`);
  if (!(typeof ttlMs === 'number' && ttlMs > 0 && Number.isFinite(ttlMs)))
    check.problem(`ttlMs is ${show(ttlMs)}, expected milliseconds above 0`);
  if (check.problems.length > 0)
    throw new InvalidConfigError('deduplicate options', check.problems);
  return { store, key, ttlMs } as Required<DeduplicateOptions>;
}
