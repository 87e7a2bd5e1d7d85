export { seededRandom } from './seeded-random.ts';
export type { UntilOptions, VirtualClockOptions } from './virtual-clock.ts';
export { VirtualClock } from './virtual-clock.ts';
