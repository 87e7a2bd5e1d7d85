import type {
  AppOptions,
  Assignor,
  BackendDefinition,
  BatchContext,
  CheckpointStore,
  Clock,
  CloseReason,
  Logger,
  Middleware,
  PartitionContext,
  Random,
  RecordContext,
  Telemetry,
  TopicPartition,
} from '../../core/index.ts';

/** What a handler's module exports, or a program gives: one function, or an object with a life of its own. */
export type ConsumerHandler = HandlerFunction | HandlerObject;

/**
 * Gets one value and its context; with `batch` in the configuration a list of values and the context of the batch. The value
 * is what `value` of the consumer says. The configuration is data: nobody can check this type against it.
 */
// biome-ignore lint/suspicious/noExplicitAny: whoever writes the handler names the types that the configuration makes true.
export type HandlerFunction = (value: any, context: any) => unknown;

/** One of `handle` and `handleBatch`; the others if it likes. Called as methods of the object. */
export interface HandlerObject {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  handle?(value: any, context: RecordContext): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  handleBatch?(values: readonly any[], context: BatchContext): unknown;
  open?(partition: PartitionContext): unknown;
  close?(partition: TopicPartition, reason: CloseReason): unknown;
}

/**
 * Parts that a program brings instead of what the configuration names: a container its own handlers and logger, a test its
 * backend and its clock. What is given here is not loaded from anywhere.
 */
export interface AppParts {
  /** Instead of the one that `backend` names. Its section is not looked at. */
  readonly backend?: BackendDefinition;
  /** Instead of `eventhubs.checkpoints`. */
  readonly checkpoints?: CheckpointStore;
  /** Around all handlers and writes, outside of what the configuration names. */
  readonly middleware?: readonly Middleware[];
  /** Watches the application: spans and metrics. Instead of section `telemetry`. */
  readonly telemetry?: Telemetry;
  readonly logger?: Logger;
  /** Instead of `clientId`, `startTimeout` and `stopTimeout`. */
  readonly settings?: Pick<AppOptions, 'clientId' | 'startTimeoutMs' | 'stopTimeoutMs'>;
  /** @default the real one */
  readonly clock?: Clock;
  /** @default the process's own chance */
  readonly random?: Random;
  /** By the consumer's name: its `name`, else its `group`, else its topics with commas between. */
  readonly handlers?: Readonly<Record<string, ConsumerHandler>>;
  /** By the consumer's name, instead of its `assignor`. */
  readonly assignors?: Readonly<Record<string, Assignor>>;
}
