import type { Clock } from '../../core/index.ts';
import { canDamage, type KafkaDamage } from './damaged-records.ts';

/** Which requests a fault meets. */
export interface KafkaFaultTarget {
  /** Name of the request as the protocol has it: `Produce`, `Fetch`, `JoinGroup`. @default all */
  readonly api?: string;
  /** @default all */
  readonly clientId?: string;
  /** Id of the broker that is asked. @default all */
  readonly broker?: number;
  /** So many requests that match are let through first. @default 0 */
  readonly skip?: number;
  /** So many are then met. @default 1 */
  readonly times?: number;
  /** The fault ends after this many milliseconds, met or not. @default never */
  readonly forMs?: number;
}

/** Which fetched partitions a fault meets, when there are records for them. */
export interface KafkaRecordsTarget extends Omit<KafkaFaultTarget, 'api'> {
  /** @default all */
  readonly topic?: string;
  /** @default all */
  readonly partition?: number;
}

/** What happens to a request. */
export type KafkaFaultEffect =
  | { readonly kind: 'answer'; readonly errorCode: number }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'drop'; readonly carriedOut: boolean }
  | { readonly kind: 'throttle'; readonly throttleMs: number; readonly mute: boolean };

/** What is asked of whom. */
export interface FaultPlace {
  readonly api: string;
  readonly clientId: string | null;
  readonly nodeId: number;
  readonly topic?: string;
  readonly partition?: number;
}

type Target = KafkaFaultTarget & KafkaRecordsTarget;

interface Rule<Effect> {
  readonly target: Target;
  readonly effect: Effect;
  readonly endsAtMs: number;
  toSkip: number;
  left: number;
}

/** Standing faults, asked before each request; the one that stands longest comes first. */
export class FaultRules {
  readonly #clock: Clock;
  #rules: Rule<KafkaFaultEffect>[] = [];
  #damages: Rule<KafkaDamage>[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(target: KafkaFaultTarget, effect: KafkaFaultEffect): void {
    this.#rules.push(this.#rule(target, effect));
  }

  addDamage(target: KafkaRecordsTarget, damage: KafkaDamage): void {
    this.#damages.push(this.#rule(target, damage));
  }

  clear(): void {
    this.#rules = [];
    this.#damages = [];
  }

  /** How many have not been met yet. */
  get standing(): number {
    this.#rules = this.#standing(this.#rules);
    this.#damages = this.#standing(this.#damages);
    return this.#rules.length + this.#damages.length;
  }

  /** What happens to this request. Counts. */
  take(place: FaultPlace): KafkaFaultEffect | undefined {
    if (this.#rules.length === 0) return undefined;
    this.#rules = this.#standing(this.#rules);
    return hit(this.#rules, place);
  }

  /** Some fetches may have their records damaged. */
  get damageRecords(): boolean {
    return this.#damages.length > 0;
  }

  /** What happens to these records of one partition. Counts. */
  takeDamage(place: FaultPlace, records: Buffer): KafkaDamage | undefined {
    this.#damages = this.#standing(this.#damages);
    return hit(
      this.#damages.filter(({ effect }) => canDamage(records, effect)),
      place,
    );
  }

  #rule<Effect>(target: Target, effect: Effect): Rule<Effect> {
    const { skip = 0, times = 1, forMs = Number.POSITIVE_INFINITY } = target;
    return { target, effect, endsAtMs: this.#clock.now() + forMs, toSkip: skip, left: times };
  }

  #standing<Effect>(rules: readonly Rule<Effect>[]): Rule<Effect>[] {
    const nowMs = this.#clock.now();
    return rules.filter(({ left, endsAtMs }) => left > 0 && endsAtMs > nowMs);
  }
}

function hit<Effect>(rules: readonly Rule<Effect>[], place: FaultPlace): Effect | undefined {
  for (const rule of rules) {
    if (!matches(rule.target, place)) continue;
    if (rule.toSkip > 0) {
      rule.toSkip--;
      continue;
    }
    rule.left--;
    return rule.effect;
  }
  return undefined;
}

function matches(target: Target, place: FaultPlace): boolean {
  return (
    isSame(target.api, place.api) &&
    isSame(target.clientId, place.clientId) &&
    isSame(target.broker, place.nodeId) &&
    isSame(target.topic, place.topic) &&
    isSame(target.partition, place.partition)
  );
}

function isSame<T>(wanted: T | undefined, actual: T | null | undefined): boolean {
  return wanted === undefined || wanted === actual;
}
