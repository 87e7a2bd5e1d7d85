import type { Random } from '../../core/index.ts';

const firstMs = 50;
/** Low, because an election takes seconds (9 s after a `kill -9`) and its end should be noticed soon. */
const maxMs = 1_000;

/** Nothing before the first repeat: stale metadata is the usual reason. Then exponential, jitter in the upper half. */
export function retryDelayMs(failures: number, random: Random): number {
  if (failures <= 1) return 0;
  return Math.min(maxMs, firstMs * 2 ** (failures - 2)) * (0.5 + random() / 2);
}
