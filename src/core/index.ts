export { App, createApp } from './app.ts';
export { Consumer } from './engine/consumer.ts';
export type { ConsumerCounts, ConsumerStatus, PartitionStatus } from './engine/consumer-status.ts';
export type { AppEvent, AppListener } from './engine/events.ts';
export { Backoff } from './model/backoff.ts';
export type { Capabilities } from './model/capabilities.ts';
export type { Cancel, Clock, Random } from './model/clock.ts';
export { sleep } from './model/clock.ts';
export type { ErrorCode, ErrorDetails } from './model/errors.ts';
export {
  CommitFencedError,
  InvalidConfigError,
  PartitaError,
  ProduceError,
} from './model/errors.ts';
export { headerText, textOfHeader } from './model/header-text.ts';
export type { LogFields, Logger } from './model/logger.ts';
export { silentLogger } from './model/logger.ts';
export type {
  OutOfRangePolicy,
  PartitionPosition,
  Position,
  StartPosition,
} from './model/position.ts';
export type { ConsumerRecord, Header, ProducerRecord, RecordMetadata } from './model/record.ts';
export type { RecordContent } from './model/record-content.ts';
export { recordContent } from './model/record-content.ts';
export type { TopicPartition } from './model/topic-partition.ts';
export { comparePartitions, formatPartition } from './model/topic-partition.ts';
export type { ChangedContent } from './model/with-content.ts';
export { withContent } from './model/with-content.ts';
export { within } from './model/within.ts';
export type { AppOptions, Health, System } from './options/app-options.ts';
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
  TypedConsumerOptions,
} from './options/consumer-options.ts';
export type {
  DecodeFunction,
  Decoder,
  Encoded,
  ValueCodec,
  ValueDecoder,
} from './options/decoder.ts';
export { json, text } from './options/decoder.ts';
export type {
  Classifier,
  Decision,
  Failure,
  ParkOptions,
  RetryOptions,
} from './options/error-policy.ts';
export {
  deadLetter,
  ErrorPolicy,
  park,
  retry,
  skip,
  stopPartition,
} from './options/error-policy.ts';
export type {
  AddedBy,
  HandlingCall,
  HandlingChanges,
  HandlingOutcome,
  Middleware,
  MiddlewareDefinition,
  MiddlewareEnv,
  NextAdding,
  NextHandling,
  NextProduce,
  ProduceCall,
  ProduceChanges,
  ProduceOrigin,
  WithAdded,
} from './options/middleware.ts';
export { defineMiddleware } from './options/middleware.ts';
export { nearest } from './options/nearest.ts';
export { OptionCheck, show } from './options/option-check.ts';
export type { ResolvedConsumerOptions } from './options/resolved-options.ts';
export type { StandardSchema } from './options/standard-schema.ts';
export type { AnyTopic, TypedRecord, TypedTopic, ValueOf } from './options/typed-topic.ts';
export { defineTopics, topic } from './options/typed-topic.ts';
export type {
  Assignment,
  Assignor,
  GroupMember,
  GroupView,
  MemberState,
} from './ports/assignor.ts';
export type * from './ports/backend.ts';
export type * from './ports/checkpoint-store.ts';
export { choosePartition } from './ports/choose-partition.ts';
export type * from './ports/group-coordinator.ts';
export type { PartitionChooser, Partitioner, PartitionInput } from './ports/partitioner.ts';
export { startIn } from './ports/start-in.ts';
export { Producer } from './producer.ts';
export type { Telemetry } from './telemetry.ts';
