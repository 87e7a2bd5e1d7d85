export { assignPacked } from './assign-packed.ts';
export { assignorByName } from './assignor-by-name.ts';
export { cooperativeSticky } from './cooperative-sticky.ts';
export type { PackedAssignment, PackedGroup, PackedMember, PackedPartitions } from './packed.ts';
export { pack, unpack } from './packed.ts';
export { range } from './range.ts';
export { roundRobin } from './round-robin.ts';
export { sticky } from './sticky.ts';
