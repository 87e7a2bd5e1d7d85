import {
  Backoff,
  type Clock,
  formatPartition,
  type Random,
  type TopicPartition,
} from '../../../core/index.ts';

/** Whoever steals again after this long begins a new story. */
const FORGET_MS = 300_000;

interface Theft {
  readonly backoff: Backoff;
  untilMs: number;
}

/**
 * Partitions whose receiver the broker has disconnected, although the store says they are ours: somebody reads them without
 * asking the store. To take them back at once would be answered in kind, without end; so each time we wait longer.
 */
export class StolenPartitions {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #random: Random;
  readonly #firstMs: number;
  readonly #thefts = new Map<string, Theft>();

  constructor(clock: Pick<Clock, 'now'>, random: Random, firstMs: number) {
    this.#clock = clock;
    this.#random = random;
    this.#firstMs = firstMs;
  }

  /** Returns how long the partition is left alone. */
  add(partition: TopicPartition): number {
    const key = formatPartition(partition);
    const nowMs = this.#clock.now();
    const known = this.#thefts.get(key);
    const isNew = known === undefined || nowMs - known.untilMs > FORGET_MS;
    const backoff = isNew ? new Backoff(this.#random, this.#firstMs, 60_000) : known.backoff;
    const delayMs = Math.round(backoff.next());
    this.#thefts.set(key, { backoff, untilMs: nowMs + delayMs });
    return delayMs;
  }

  mayClaim(partition: TopicPartition): boolean {
    const theft = this.#thefts.get(formatPartition(partition));
    return theft === undefined || this.#clock.now() >= theft.untilMs;
  }
}
