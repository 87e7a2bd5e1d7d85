// Generated from the schema in src/config/schema by `npm run docs:tables`: change it there.
import type { EventHubsConfig, KafkaConfig, MemoryConfig } from './backend-config.ts';
import type { ConsumerConfig } from './consumer-config.ts';
import type { Duration, Reference, Size } from './values.ts';

export type * from './backend-config.ts';
export type * from './consumer-config.ts';

/** One application of Partita. */
export interface AppConfig {
  /** Where editors find the JSON Schema of this file. */
  readonly $schema?: string;
  /** Which broker: the section of this name is used, others may be there too. */
  readonly backend: 'memory' | 'kafka' | 'eventhubs';
  readonly kafka?: KafkaConfig;
  readonly eventhubs?: EventHubsConfig;
  readonly memory?: MemoryConfig;
  /** Names this process to the broker. @default partita */
  readonly clientId?: string;
  /** How long the start waits for a broker that cannot be reached. @default 60s */
  readonly startTimeout?: Duration;
  /** How long a stop waits for running handlers. @default 30s */
  readonly stopTimeout?: Duration;
  /** Around all handlers and writes, outermost first: modules that export a middleware. @default [] */
  readonly middleware?: readonly Reference[];
  /** What is read, and by which handler. @default [] */
  readonly consumers?: readonly ConsumerConfig[];
  readonly producer?: ProducerConfig;
  readonly health?: HealthConfig;
  readonly telemetry?: TelemetryConfig;
  readonly logger?: LoggerConfig;
}

/** Defaults of everything the application writes. */
export interface ProducerConfig {
  /** Who must have a record before it counts as written. Dead letters and `publish` always wait for all. @default all */
  readonly acks?: 'all' | 'leader' | 'none';
  /** How long a record waits for company. @default 5ms */
  readonly linger?: Duration;
  /** A batch of one partition is sent at this size. @default 128KiB */
  readonly batchBytes?: Size;
  /** How batches are compressed. @default none */
  readonly compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  /** Retries write nothing twice and keep order. @default true with acks all */
  readonly idempotent?: boolean;
  /** For records that name no partition. `keyed`: by key, as the broker's own clients do it; `sticky` and `roundrobin` ignore keys: one partition for about a batch, each in turn. Or a module that exports a partitioner. @default keyed */
  readonly partitioner?: 'keyed' | 'sticky' | 'roundrobin' | Reference;
  /** A record that is not acknowledged by then fails with `TIMEOUT`. @default 2m */
  readonly deliveryTimeout?: Duration;
}

/** Liveness and readiness over HTTP. */
export interface HealthConfig {
  /** Port to listen on; 0 for any that is free. */
  readonly port: number;
  /** Address to listen on. @default 0.0.0.0 */
  readonly host?: string;
  /** A partition that has work counts as stuck when no handler of it has ended for so long; longer than the longest handler, and the longest wait between two tries. @default 5m */
  readonly stuckAfter?: Duration;
}

/** Traces and metrics. */
export interface TelemetryConfig {
  /** Spans through the OpenTelemetry API. @default false */
  readonly traces?: boolean;
  /** Metrics through the OpenTelemetry API. @default false */
  readonly metrics?: boolean;
  /** Metrics for Prometheus, at `/metrics`. @default none */
  readonly prometheus?: {
    /** Port to listen on; 0 for any that is free. */
    readonly port: number;
    /** Address to listen on. @default 0.0.0.0 */
    readonly host?: string;
  };
}

/** Where log lines go. */
export interface LoggerConfig {
  /** Lines on standard error, JSON through the package pino, or nothing. @default stderr */
  readonly kind?: 'stderr' | 'pino' | 'silent';
  /** The least that is written. @default warn */
  readonly level?: 'debug' | 'info' | 'warn' | 'error';
}
