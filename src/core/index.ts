export type { Assignment, Assignor, GroupMember, GroupView, MemberState } from './assignor.ts';
export type * from './backend.ts';
export type { Capabilities } from './capabilities.ts';
export type { Cancel, Clock, Random } from './clock.ts';
export { sleep } from './clock.ts';
export type { ErrorCode, ErrorDetails } from './errors.ts';
export { CommitFencedError, InvalidConfigError, PartitaError, ProduceError } from './errors.ts';
export type { LogFields, Logger } from './logger.ts';
export { silentLogger } from './logger.ts';
export type { PartitionChooser, Partitioner, PartitionInput } from './partitioner.ts';
export type {
  OutOfRangePolicy,
  PartitionPosition,
  Position,
  StartPosition,
} from './position.ts';
export type { ConsumerRecord, Header, ProducerRecord, RecordMetadata } from './record.ts';
export type { TopicPartition } from './topic-partition.ts';
export { comparePartitions, formatPartition } from './topic-partition.ts';
