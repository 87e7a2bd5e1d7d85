export type { Operation } from './faults.ts';
export type { AutoCreate } from './log/topics.ts';
export type { MemoryOptions } from './memory.ts';
export { memory } from './memory.ts';
export type { MemoryBroker, MemoryFaults } from './memory-broker.ts';
