import type { Random } from '../model/clock.ts';
import { InvalidConfigError, PartitaError } from '../model/errors.ts';
import { OptionCheck, show } from './option-check.ts';

/** What the engine does about a failed record. */
export type Decision =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'deadLetter'; readonly topic: string }
  | { readonly kind: 'park'; readonly topic: string; readonly delayMs: number }
  | { readonly kind: 'skip' }
  | { readonly kind: 'stopPartition' };

/** A failed try of one record or batch. */
export interface Failure {
  readonly error: unknown;
  /** 1 for the first try since it was read. */
  readonly attempt: number;
  /** How often the record was parked before, by retry topic. @default never */
  readonly parked?: ReadonlyMap<string, number>;
}

/** Says whether a policy is meant for this error. */
export type Classifier = (error: unknown) => boolean;

/** Where records wait for another try, out of the way of others. */
export interface RetryTopic {
  readonly topic: string;
  readonly mayOvertake: boolean;
}

interface PolicyParts {
  readonly classifier?: Classifier;
  readonly next?: ErrorPolicy;
  readonly retryTopic?: RetryTopic;
}

type Step = (failure: Failure, random: Random) => Decision | undefined;

/**
 * What happens to a record that cannot be handled. A chain: the first policy that wants the failure decides; when none
 * does, the partition stops.
 *
 * ```ts
 * skip().when(isDuplicate).otherwise(retry({ attempts: 5 }).otherwise(deadLetter('orders.dead')))
 * ```
 */
export class ErrorPolicy {
  readonly #step: Step;
  readonly #own: PolicyParts;

  /** @internal Made by `retry`, `deadLetter`, `park`, `skip` and `stopPartition`. */
  constructor(step: Step, own: PolicyParts = {}) {
    this.#step = step;
    this.#own = own;
  }

  /** @internal The retry topics of the chain, each with its rule about order. */
  get retryTopics(): readonly RetryTopic[] {
    const { retryTopic, next } = this.#own;
    return [...(retryTopic === undefined ? [] : [retryTopic]), ...(next?.retryTopics ?? [])];
  }

  /**
   * Limits this policy to errors for which `classifier` is true; others go to what `otherwise` names. Said twice, both must
   * be true.
   *
   * @throws InvalidConfigError when it is no function.
   */
  when(classifier: Classifier): ErrorPolicy {
    if (typeof classifier !== 'function')
      throw new InvalidConfigError('error policy', [
        `when() got ${show(classifier)}, expected a function that says whether the policy is meant for an error`,
      ]);
    const before = this.#own.classifier;
    const both: Classifier =
      before === undefined ? classifier : (error) => before(error) && classifier(error);
    return new ErrorPolicy(this.#step, { ...this.#own, classifier: both });
  }

  /**
   * What decides when this policy does not, or has given up. Appends to the end of the chain.
   *
   * @throws InvalidConfigError when it is no error policy.
   */
  otherwise(next: ErrorPolicy): ErrorPolicy {
    if (!(next instanceof ErrorPolicy))
      throw new InvalidConfigError('error policy', [
        `otherwise() got ${show(next)}, expected an error policy such as deadLetter(topic), skip() or stopPartition()`,
      ]);
    return new ErrorPolicy(this.#step, {
      ...this.#own,
      next: this.#own.next?.otherwise(next) ?? next,
    });
  }

  decide(failure: Failure, random: Random): Decision {
    const { classifier, next } = this.#own;
    const wanted = classifier === undefined || classifier(failure.error);
    const decision = wanted ? this.#step(failure, random) : undefined;
    return decision ?? next?.decide(failure, random) ?? { kind: 'stopPartition' };
  }
}

export interface RetryOptions {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** Longest wait before the second try, in milliseconds. @default 100 */
  readonly firstDelayMs?: number;
  /** The longest wait grows by this factor with each try. @default 2 */
  readonly factor?: number;
  /** The longest wait stops growing here, in milliseconds. @default 30_000 */
  readonly maxDelayMs?: number;
}

/**
 * Tries again in place: records of the same key (or partition) wait, others go on. The wait is drawn evenly between zero
 * and an exponentially growing limit ("full jitter"), so that instances which failed together do not return together.
 * What no retry can cure, a record that does not decode, goes on to `otherwise` at once.
 *
 * @throws InvalidConfigError when a number is out of range.
 */
export function retry(options: RetryOptions): ErrorPolicy {
  const { attempts, firstDelayMs, factor, maxDelayMs } = resolveRetryOptions(options);
  return new ErrorPolicy(({ error, attempt }, random) => {
    if (attempt >= attempts || isHopeless(error)) return undefined;
    // Never more than 2^1000, so that no wait at first stays no wait.
    const growth = Math.min(factor ** (attempt - 1), 2 ** 1000);
    return { kind: 'retry', delayMs: random() * Math.min(maxDelayMs, firstDelayMs * growth) };
  });
}

function resolveRetryOptions(options: RetryOptions): Required<RetryOptions> {
  const check = new OptionCheck();
  const given: Partial<RetryOptions> = check.object('options', options);
  check.known('', given, ['attempts', 'firstDelayMs', 'factor', 'maxDelayMs']);
  const { firstDelayMs = 100, factor = 2 } = given;
  const { maxDelayMs = Math.max(30_000, firstDelayMs) } = given;
  const attempts = check.count('attempts', given.attempts, 1);
  if (firstDelayMs !== 0) check.ms('firstDelayMs', firstDelayMs);
  if (!Number.isFinite(factor) || factor < 1)
    check.problem(`factor is ${show(factor)}, expected a number of at least 1`);
  if (maxDelayMs !== 0) check.ms('maxDelayMs', maxDelayMs);
  if (maxDelayMs < firstDelayMs)
    check.problem(
      `maxDelayMs (${show(maxDelayMs)}) is less than firstDelayMs (${show(firstDelayMs)}): raise it`,
    );
  if (check.problems.length > 0) throw new InvalidConfigError('retry options', check.problems);
  return { attempts, firstDelayMs, factor, maxDelayMs };
}

function isHopeless(error: unknown): boolean {
  return PartitaError.is(error) && error.code === 'DECODE_FAILED';
}

/**
 * Writes the record to `topic` with what went wrong in its headers, then counts it as finished. While the write does not
 * succeed it is tried again and the records behind it wait: nothing is lost to a dead-letter topic that is down.
 */
export function deadLetter(topic: string): ErrorPolicy {
  if (typeof topic !== 'string' || topic === '')
    throw new InvalidConfigError('dead-letter policy', [
      `topic is ${show(topic)}, expected the name of a topic`,
    ]);
  return new ErrorPolicy(() => ({ kind: 'deadLetter', topic }));
}

export interface ParkOptions {
  /** How long a record waits in the retry topic, in milliseconds. */
  readonly delayMs: number;
  /** How often a record is parked there before the next policy decides. @default 1 */
  readonly times?: number;
  /**
   * Must be true where order is kept, by key or by partition: records that come later overtake one that is parked.
   * @default false
   */
  readonly allowOvertaking?: boolean;
}

/**
 * Writes the record to a retry topic, counts it as finished, and handles it again when it is due: nothing waits for it meanwhile,
 * and it survives restarts. The consumer reads the retry topic itself, as a member of its group. While the write does not succeed
 * it is tried again and the records behind it wait, as for a dead letter.
 *
 * Give each group, and each delay, a retry topic of its own, kept for longer than the delay.
 *
 * ```ts
 * retry({ attempts: 3 })
 *   .otherwise(park('orders.retry', { delayMs: 60_000, times: 5 }).otherwise(deadLetter('orders.dead')))
 * ```
 *
 * What no retry can cure, a record that does not decode, goes on to `otherwise` at once.
 *
 * @throws InvalidConfigError with every problem at once.
 */
export function park(topic: string, options: ParkOptions): ErrorPolicy {
  const { delayMs, times, mayOvertake } = resolveParkOptions(topic, options);
  const step: Step = ({ error, parked }) =>
    isHopeless(error) || (parked?.get(topic) ?? 0) >= times
      ? undefined
      : { kind: 'park', topic, delayMs };
  return new ErrorPolicy(step, { retryTopic: { topic, mayOvertake } });
}

function resolveParkOptions(topic: unknown, options: ParkOptions) {
  const check = new OptionCheck();
  if (typeof topic !== 'string' || topic === '')
    check.problem(`topic is ${show(topic)}, expected the name of a topic`);
  const given: Partial<ParkOptions> = check.object('options', options);
  check.known('', given, ['delayMs', 'times', 'allowOvertaking']);
  const delayMs = check.ms('delayMs', given.delayMs);
  const times = check.count('times', given.times ?? 1, 1);
  const { allowOvertaking = false } = given;
  if (typeof allowOvertaking !== 'boolean')
    check.problem(`allowOvertaking is ${show(allowOvertaking)}, expected true or false`);
  if (check.problems.length > 0) throw new InvalidConfigError('park policy', check.problems);
  return { delayMs, times, mayOvertake: allowOvertaking };
}

/** Leaves the record out: counted and logged, never silent. */
export function skip(): ErrorPolicy {
  return new ErrorPolicy(() => ({ kind: 'skip' }));
}

/** Stops this partition before the record and turns health red; other partitions go on. */
export function stopPartition(): ErrorPolicy {
  return new ErrorPolicy(() => ({ kind: 'stopPartition' }));
}
