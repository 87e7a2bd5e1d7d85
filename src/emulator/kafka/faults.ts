import { type Clock, InvalidConfigError } from '../../core/index.ts';
import { errorCode, type KafkaErrorName } from '../../protocol/index.ts';
import { endpoints } from '../kafka-requests/endpoints.ts';

/** Which requests a fault meets. */
export interface KafkaFaultTarget {
  /** Name of the request as the protocol has it: `Produce`, `Fetch`, `JoinGroup`. @default all */
  readonly api?: string;
  /** @default all */
  readonly clientId?: string;
  /** So many requests that match are let through first. @default 0 */
  readonly skip?: number;
  /** So many are then met. @default 1 */
  readonly times?: number;
  /** The fault ends after this many milliseconds, met or not. @default never */
  readonly forMs?: number;
}

export interface KafkaAnswerFault extends KafkaFaultTarget {
  /** Official name of the error. */
  readonly error: KafkaErrorName;
}

export interface KafkaDelayFault extends KafkaFaultTarget {
  readonly delayMs: number;
}

export interface KafkaDropFault extends KafkaFaultTarget {
  /** The request is carried out, and only its answer is lost. @default false */
  readonly carriedOut?: boolean;
}

/** What happens to a request. */
export type KafkaFaultEffect =
  | { readonly kind: 'answer'; readonly errorCode: number }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'drop'; readonly carriedOut: boolean };

interface Rule {
  readonly target: KafkaFaultTarget;
  readonly effect: KafkaFaultEffect;
  readonly endsAtMs: number;
  toSkip: number;
  left: number;
}

/** Standing faults, asked before each request; the one that stands longest comes first. */
export class FaultRules {
  readonly #clock: Clock;
  #rules: Rule[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(target: KafkaFaultTarget, effect: KafkaFaultEffect): void {
    check(target);
    const { skip = 0, times = 1, forMs = Number.POSITIVE_INFINITY } = target;
    const endsAtMs = this.#clock.now() + forMs;
    this.#rules.push({ target, effect, endsAtMs, toSkip: skip, left: times });
  }

  clear(): void {
    this.#rules = [];
  }

  /** What happens to this request. Counts. */
  take(api: string, clientId: string | null): KafkaFaultEffect | undefined {
    if (this.#rules.length === 0) return undefined;
    const nowMs = this.#clock.now();
    this.#rules = this.#rules.filter(({ left, endsAtMs }) => left > 0 && endsAtMs > nowMs);
    for (const rule of this.#rules) {
      const { target } = rule;
      if (target.api !== undefined && target.api !== api) continue;
      if (target.clientId !== undefined && target.clientId !== clientId) continue;
      if (rule.toSkip > 0) {
        rule.toSkip--;
        continue;
      }
      rule.left--;
      return rule.effect;
    }
    return undefined;
  }
}

function check({ api }: KafkaFaultTarget): void {
  const names = [...endpoints.values()].map(({ name }) => name);
  if (api !== undefined && !names.includes(api))
    throw new InvalidConfigError('fault', [`api is '${api}'; give one of ${names.join(', ')}`]);
}

/** Trouble on demand. */
export class KafkaFaults {
  readonly #rules: FaultRules;
  readonly #drop: (clientId: string | undefined) => number;

  /** @internal */
  constructor(rules: FaultRules, drop: (clientId: string | undefined) => number) {
    this.#rules = rules;
    this.#drop = drop;
  }

  /** Answers requests with an error, without carrying them out. */
  answer({ error, ...target }: KafkaAnswerFault): void {
    this.#rules.add(target, { kind: 'answer', errorCode: errorCode[error] });
  }

  /** Answers requests later; others on the same connection wait behind them. */
  delay({ delayMs, ...target }: KafkaDelayFault): void {
    this.#rules.add(target, { kind: 'delay', delayMs });
  }

  /** Cuts the connection instead of answering. */
  drop({ carriedOut = false, ...target }: KafkaDropFault = {}): void {
    this.#rules.add(target, { kind: 'drop', carriedOut });
  }

  /** Cuts all connections now, or those of one client; says how many. */
  dropConnections(clientId?: string): number {
    return this.#drop(clientId);
  }

  /** No more faults. */
  clear(): void {
    this.#rules.clear();
  }
}
