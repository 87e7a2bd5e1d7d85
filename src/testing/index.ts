export type { AssignorLawOptions, AssignorPromises, Law } from './assignor-laws.ts';
export { assignorLaws } from './assignor-laws.ts';
export type { ConformanceCase, ConformanceTarget, Need } from './conformance/index.ts';
export { conformanceCases, skipReason } from './conformance/index.ts';
export { seededRandom } from './seeded-random.ts';
export type { UntilOptions, VirtualClockOptions } from './virtual-clock.ts';
export { VirtualClock } from './virtual-clock.ts';
