import type { AppConfig } from '../config/index.ts';
import type {
  AdminSession,
  App,
  AppOptions,
  Assignor,
  BackendDefinition,
  BatchContext,
  CheckpointStore,
  Clock,
  ConsumerRecord,
  Logger,
  Middleware,
  Partitioner,
  Producer,
  Random,
  RecordContext,
  Telemetry,
} from '../core/index.ts';
import type { ConsumerDeclaration } from './consumer-declaration.ts';
import { type Token, token } from './token.ts';

/** The parts of an application. Each can be injected, and replaced by `container.rebind(token)`. */
export interface AppTokens {
  /** The configuration. Bound by `configModule`. */
  readonly config: Token<AppConfig>;
  /** The broker. Bound by `memoryModule`, `kafkaModule`, `eventHubsModule` or `backendModule`. */
  readonly backend: Token<BackendDefinition>;
  /** Where groups on native Event Hubs are kept. Bound by `eventHubsModule` when its options name one. */
  readonly checkpointStore: Token<CheckpointStore>;
  /** Used by consumers that name no assignor. Not bound unless you do. */
  readonly assignor: Token<Assignor>;
  /** Chooses partitions for `tokens.producer`. Not bound unless you do. */
  readonly partitioner: Token<Partitioner>;
  /** Around all handlers and writes; bind as many as you like, the first is outermost. */
  readonly middleware: Token<Middleware>;
  /** Watches the application. Not bound unless you do. */
  readonly telemetry: Token<Telemetry>;
  /** @default warnings and errors on standard error */
  readonly logger: Token<Logger>;
  /** @default the machine's */
  readonly clock: Token<Clock>;
  /** @default the process's own chance */
  readonly random: Token<Random>;
  /** `clientId` and time-outs. @default those of `partita(…)` */
  readonly settings: Token<AppSettings>;
  /** Consumers; as many as there are `consumerModule`s. */
  readonly consumer: Token<ConsumerDeclaration>;
  /** The application itself: one, not started. */
  readonly app: Token<App>;
  /** A producer of the application, closed with it. */
  readonly producer: Token<Producer>;
  /** Topics, offsets and groups. Closed with the application. */
  readonly admin: Token<AdminSession>;
  /** The context of the call. Only for what is made for one call: classes of handlers, and services bound by `perRecord`. */
  readonly context: Token<RecordContext>;
  /** The same for handlers of batches. */
  readonly batchContext: Token<BatchContext>;
  /** The record that is handled. */
  readonly record: Token<ConsumerRecord>;
}

export type AppSettings = Pick<AppOptions, 'clientId' | 'startTimeoutMs' | 'stopTimeoutMs'>;

export const tokens: AppTokens = {
  config: token('partita config'),
  backend: token('partita backend'),
  checkpointStore: token('partita checkpoint store'),
  assignor: token('partita assignor'),
  partitioner: token('partita partitioner'),
  middleware: token('partita middleware'),
  telemetry: token('partita telemetry'),
  logger: token('partita logger'),
  clock: token('partita clock'),
  random: token('partita random'),
  settings: token('partita settings'),
  consumer: token('partita consumer'),
  app: token('partita app'),
  producer: token('partita producer'),
  admin: token('partita admin'),
  context: token('partita record context'),
  batchContext: token('partita batch context'),
  record: token('partita record'),
};
