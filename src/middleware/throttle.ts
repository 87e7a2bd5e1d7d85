import {
  type Clock,
  type ConsumerRecord,
  defineMiddleware,
  InvalidConfigError,
  type Middleware,
  OptionCheck,
  show,
} from '../core/index.ts';

export interface ThrottleOptions {
  /** Records per second, on average; fractions are allowed (0.1: one in ten seconds). */
  readonly perSecond: number;
  /** Records that may go at once after a pause. @default 1: evenly spaced */
  readonly burst?: number;
  /** A rate of its own for each of what this returns, such as a tenant. @default one rate for all */
  readonly key?: (record: ConsumerRecord) => string;
}

/** Keys are looked through for such at rest when there are this many more. */
const sweepEvery = 10_000;

/**
 * Starts handlers at a limited rate, over all consumers and partitions that share this value, in this process. Who waits keeps
 * its place among `concurrency.limit`, and gives it back when its partition comes to rest. A batch counts as its records, and takes the rate
 * of its first one's key.
 *
 * The generic cell rate algorithm (ITU-T I.371): one time per key, no queue and no timer of its own.
 *
 * @throws InvalidConfigError with all problems of the options at once.
 */
export function throttle(options: ThrottleOptions): Middleware {
  const { perSecond, burst, key } = resolve(options);
  const intervalMs = 1_000 / perSecond;
  const rates = new Rates(intervalMs, burst);
  return defineMiddleware({
    name: 'throttle',
    async handle({ records, signal, resting, env }, next) {
      const [first] = records;
      const name = key === undefined || first === undefined ? '' : key(first);
      const waitMs = rates.take(name, records.length, env.clock.now());
      if (waitMs >= 1) {
        const over = await waited(env.clock, waitMs, [signal, resting]);
        if (over !== undefined) {
          rates.giveBack(name, records.length);
          throw over.reason;
        }
      }
      await next();
    },
  });
}

/** Resolves after a time, or when one of the signals is aborted, to that one. They outlive many calls: nothing stays with them. */
function waited(
  clock: Clock,
  ms: number,
  signals: readonly AbortSignal[],
): Promise<AbortSignal | undefined> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      for (const signal of signals) signal.removeEventListener('abort', end);
      resolve(signals.find(({ aborted }) => aborted));
    };
    const cancel = clock.schedule(ms, end);
    for (const signal of signals) signal.addEventListener('abort', end);
    if (signals.some(({ aborted }) => aborted)) end();
  });
}

/** When the next record of each key is due. */
class Rates {
  readonly #intervalMs: number;
  /** How far ahead of its time a record may go. */
  readonly #leewayMs: number;
  readonly #dueMs = new Map<string, number>();
  #sweepAt = sweepEvery;

  constructor(intervalMs: number, burst: number) {
    this.#intervalMs = intervalMs;
    this.#leewayMs = (burst - 1) * intervalMs;
  }

  /** Reserves a place; how long to wait for it. */
  take(key: string, count: number, nowMs: number): number {
    const dueMs = Math.max(this.#dueMs.get(key) ?? 0, nowMs);
    this.#dueMs.set(key, dueMs + count * this.#intervalMs);
    if (this.#dueMs.size > this.#sweepAt) this.#sweep(nowMs);
    return dueMs - this.#leewayMs - nowMs;
  }

  /** Of a place that was reserved and not used. */
  giveBack(key: string, count: number): void {
    const dueMs = this.#dueMs.get(key);
    if (dueMs !== undefined) this.#dueMs.set(key, dueMs - count * this.#intervalMs);
  }

  /** A key at rest is as good as a new one. */
  #sweep(nowMs: number): void {
    for (const [key, dueMs] of this.#dueMs) if (dueMs <= nowMs) this.#dueMs.delete(key);
    this.#sweepAt = this.#dueMs.size + sweepEvery;
  }
}

function resolve(options: ThrottleOptions) {
  const check = new OptionCheck();
  const given: Partial<ThrottleOptions> = check.object('options', options);
  check.known('', given, ['perSecond', 'burst', 'key']);
  const { perSecond = Number.NaN, burst = 1, key } = given;
  if (!(typeof perSecond === 'number' && perSecond > 0 && Number.isFinite(perSecond)))
    check.problem(`perSecond is ${show(given.perSecond)}, expected a number above 0`);
  check.count('burst', burst, 1);
  check.functions(given, ['key']);
  if (check.problems.length > 0) throw new InvalidConfigError('throttle options', check.problems);
  return { perSecond, burst, key };
}
