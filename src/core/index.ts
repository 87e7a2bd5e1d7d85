export { App, createApp } from './app.ts';
export type { AppOptions, Health, System } from './app-options.ts';
export type { Assignment, Assignor, GroupMember, GroupView, MemberState } from './assignor.ts';
export type * from './backend.ts';
export { Backoff } from './backoff.ts';
export type { Capabilities } from './capabilities.ts';
export type * from './checkpoint-store.ts';
export type { Cancel, Clock, Random } from './clock.ts';
export { sleep } from './clock.ts';
export { Consumer } from './consumer.ts';
export type {
  AssignorName,
  BatchContext,
  BatchHandling,
  BatchLimits,
  BufferOptions,
  CloseReason,
  CommitPolicy,
  Concurrency,
  ConsumerOptions,
  ConsumerSettings,
  DecodedConsumerOptions,
  PartitionContext,
  RecordConsumerOptions,
  RecordContext,
  RecordHandling,
  Topics,
} from './consumer-options.ts';
export type { ConsumerCounts, ConsumerStatus, PartitionStatus } from './consumer-status.ts';
export type { DecodeFunction, Decoder, ValueDecoder } from './decoder.ts';
export { json, text } from './decoder.ts';
export type { Classifier, Decision, Failure, RetryOptions } from './error-policy.ts';
export { deadLetter, ErrorPolicy, retry, skip, stopPartition } from './error-policy.ts';
export type { ErrorCode, ErrorDetails } from './errors.ts';
export { CommitFencedError, InvalidConfigError, PartitaError, ProduceError } from './errors.ts';
export type { AppEvent, AppListener } from './events.ts';
export type * from './group-coordinator.ts';
export type { LogFields, Logger } from './logger.ts';
export { silentLogger } from './logger.ts';
export { OptionCheck } from './option-check.ts';
export type { PartitionChooser, Partitioner, PartitionInput } from './partitioner.ts';
export type {
  OutOfRangePolicy,
  PartitionPosition,
  Position,
  StartPosition,
} from './position.ts';
export { Producer } from './producer.ts';
export type { ConsumerRecord, Header, ProducerRecord, RecordMetadata } from './record.ts';
export type { RecordContent } from './record-content.ts';
export { recordContent } from './record-content.ts';
export type { StandardSchema } from './standard-schema.ts';
export type { TopicPartition } from './topic-partition.ts';
export { comparePartitions, formatPartition } from './topic-partition.ts';
