import type { Clock } from '../../core/index.ts';
import { type FaultTarget, type LinkPlace, matches } from './targets.ts';

/** Work that can be slowed down. */
export type FaultOperation = 'send' | 'receive' | 'management';

/** How long a fault lasts: `times` uses, or `forMs` milliseconds, whichever ends first; until cleared when left out. */
export interface FaultDuration {
  readonly times?: number;
  readonly forMs?: number;
}

interface Rule<Effect> {
  readonly target: FaultTarget;
  readonly effect: Effect;
  readonly endsAtMs: number;
  usesLeft: number;
}

/** Standing faults, asked before each piece of work. */
export class FaultRules {
  readonly #clock: Clock;
  readonly #refusedHubs = new Set<string>();
  #throttles: Rule<true>[] = [];
  #delays: Rule<{ readonly delayMs: number; readonly on: FaultOperation | undefined }>[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  refuseHub(hub: string): void {
    this.#refusedHubs.add(hub.toLowerCase());
  }

  allowHub(hub: string): void {
    this.#refusedHubs.delete(hub.toLowerCase());
  }

  isRefused(hub: string): boolean {
    return this.#refusedHubs.has(hub.toLowerCase());
  }

  addThrottle(target: FaultTarget, duration: FaultDuration): void {
    this.#throttles.push(this.#rule(target, true, duration));
  }

  addDelay(
    target: FaultTarget,
    effect: { readonly delayMs: number; readonly on: FaultOperation | undefined },
    duration: FaultDuration,
  ): void {
    this.#delays.push(this.#rule(target, effect, duration));
  }

  /** True when this send is to be answered with server-busy. Counts as a use. */
  throttles(place: LinkPlace): boolean {
    this.#throttles = this.#standing(this.#throttles);
    const rule = this.#throttles.find(({ target }) => matches(target, place));
    if (rule !== undefined) rule.usesLeft--;
    return rule !== undefined;
  }

  /** How long this piece of work is held back; 0 for not at all. Counts as a use. */
  delayMs(place: LinkPlace, operation: FaultOperation): number {
    if (this.#delays.length === 0) return 0;
    this.#delays = this.#standing(this.#delays);
    const rule = this.#delays.find(
      ({ target, effect }) =>
        matches(target, place) && (effect.on === undefined || effect.on === operation),
    );
    if (rule === undefined) return 0;
    rule.usesLeft--;
    return rule.effect.delayMs;
  }

  clear(): void {
    this.#refusedHubs.clear();
    this.#throttles = [];
    this.#delays = [];
  }

  #rule<Effect>(target: FaultTarget, effect: Effect, duration: FaultDuration): Rule<Effect> {
    return {
      target,
      effect,
      endsAtMs: this.#clock.now() + (duration.forMs ?? Number.POSITIVE_INFINITY),
      usesLeft: duration.times ?? Number.POSITIVE_INFINITY,
    };
  }

  #standing<Effect>(rules: Rule<Effect>[]): Rule<Effect>[] {
    if (rules.length === 0) return rules;
    const now = this.#clock.now();
    return rules.filter((rule) => rule.usesLeft > 0 && rule.endsAtMs > now);
  }
}
