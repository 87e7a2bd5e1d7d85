/**
 * Partita: write a handler once, run it on Apache Kafka or Azure Event Hubs.
 *
 * This is the package root: what applications import. Backends are subpaths (`partita/memory`, `partita/kafka`).
 *
 * @module
 */
import { assignorByName } from './assignors/index.ts';
import {
  type AddedBy,
  type App,
  type AppOptions,
  createApp,
  type Middleware,
} from './core/index.ts';
import { realClock } from './system/real-clock.ts';
import { realRandom } from './system/real-random.ts';
import { stderrLogger } from './system/stderr-logger.ts';
import { onTerminate } from './system/terminate.ts';

/**
 * An application on a backend: declare consumers, then `run`.
 *
 * @throws InvalidConfigError with all problems of the options at once.
 */
export function partita<const List extends readonly Middleware[] = readonly []>(
  options: AppOptions & { readonly middleware?: List },
): App<AddedBy<List>> {
  return createApp(options, {
    clock: realClock,
    random: realRandom,
    logger: stderrLogger,
    assignorByName,
    onTerminate,
  });
}

export type {
  AddedBy,
  AdminSession,
  AppEvent,
  AppListener,
  AppOptions,
  AssignedPartition,
  Assignment,
  Assignor,
  AssignorName,
  Backend,
  BackendDefinition,
  BackendEnv,
  BatchContext,
  BatchHandling,
  BatchLimits,
  BufferOptions,
  Cancel,
  Capabilities,
  ChangedContent,
  Classifier,
  Clock,
  CloseReason,
  CommitFailure,
  CommitPolicy,
  CommittedPosition,
  Concurrency,
  ConsumerCounts,
  ConsumerOptions,
  ConsumerRecord,
  ConsumerSettings,
  ConsumerStatus,
  Decision,
  DecodedConsumerOptions,
  DecodeFunction,
  Decoder,
  ErrorCode,
  ErrorDetails,
  Failure,
  FetchOptions,
  GroupDescription,
  GroupListener,
  GroupMember,
  GroupOptions,
  GroupSession,
  GroupView,
  HandlingCall,
  HandlingChanges,
  HandlingOutcome,
  Header,
  Health,
  LogFields,
  Logger,
  MemberState,
  MembershipState,
  Middleware,
  MiddlewareDefinition,
  MiddlewareEnv,
  NewTopic,
  NextAdding,
  NextHandling,
  NextProduce,
  OutOfRangePolicy,
  ParkOptions,
  PartitionChooser,
  PartitionCommit,
  PartitionContext,
  Partitioner,
  PartitionInput,
  PartitionPosition,
  PartitionStatus,
  Position,
  ProduceCall,
  ProduceChanges,
  ProduceOrigin,
  ProducerOptions,
  ProducerRecord,
  ProducerSession,
  Random,
  RecordBatch,
  RecordConsumerOptions,
  RecordContext,
  RecordHandling,
  RecordMetadata,
  RetryOptions,
  StandardSchema,
  StartPosition,
  Subscription,
  TopicDescription,
  TopicPartition,
  Topics,
  ValueDecoder,
  WithAdded,
} from './core/index.ts';
export {
  App,
  CommitFencedError,
  Consumer,
  comparePartitions,
  deadLetter,
  defineMiddleware,
  ErrorPolicy,
  formatPartition,
  InvalidConfigError,
  json,
  PartitaError,
  ProduceError,
  Producer,
  park,
  retry,
  silentLogger,
  skip,
  stopPartition,
  text,
  withContent,
} from './core/index.ts';
