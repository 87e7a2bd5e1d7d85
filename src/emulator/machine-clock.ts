import type { Clock } from '../core/index.ts';
import { realClock } from '../system/real-clock.ts';

/** What listeners run on unless they are given a clock. */
export const machineClock: Clock = realClock;
