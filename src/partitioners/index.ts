export { customPartitioner } from './custom.ts';
export { eventHubsHash, eventHubsPartition } from './event-hubs-hash.ts';
export { explicitPartitioner } from './explicit.ts';
export { eventHubsKeyed, keyed } from './keyed.ts';
export { murmur2 } from './murmur2.ts';
export { roundRobinPartitioner } from './round-robin-partitioner.ts';
export { type StickyOptions, stickyPartitioner } from './sticky-partitioner.ts';
