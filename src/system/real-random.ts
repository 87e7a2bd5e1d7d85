import type { Random } from '../core/index.ts';

/** The process's own chance. */
export const realRandom: Random = Math.random;
