export { assignorByName } from './assignor-by-name.ts';
export { cooperativeSticky } from './cooperative-sticky.ts';
export { range } from './range.ts';
export { roundRobin } from './round-robin.ts';
export { sticky } from './sticky.ts';
