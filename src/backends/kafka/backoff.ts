import type { Random } from '../../core/index.ts';

/** `retry.backoff.ms` and `retry.backoff.max.ms` of Kafka's Java clients. */
const FIRST_MS = 100;
const MOST_MS = 1_000;

/** How long to wait after so many failures in a row (1, 2, …): doubling, capped, 20 % jitter (KIP-580). */
export function backoffMs(failures: number, random: Random): number {
  const exponential = Math.min(FIRST_MS * 2 ** (failures - 1), MOST_MS);
  return Math.round(exponential * (0.8 + 0.4 * random()));
}
