// Generated from src/config/schema by `npm run docs:tables`: change it there.
import type { Duration, Reference, Size } from './values.ts';

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

/** Apache Kafka, and the Kafka endpoint of Event Hubs. */
export interface KafkaConfig {
  /** `host:port` of some brokers; the others are found through them. May be left out with a `connectionString`. */
  readonly brokers?: readonly string[];
  /** Names this process to the brokers. @default the application's */
  readonly clientId?: string;
  /** TLS. @default false */
  readonly ssl?: boolean | TlsConfig;
  readonly sasl?: SaslConfig;
  /** Whose limits apply: those of Apache Kafka, or of the Kafka endpoint of Azure Event Hubs. @default kafka */
  readonly profile?: 'kafka' | 'eventhubs-kafka-endpoint';
  /** Of an Event Hubs namespace, with profile `eventhubs-kafka-endpoint`: stands for brokers, TLS and SASL. */
  readonly connectionString?: string;
  /** To open a socket, with TLS. @default 10s */
  readonly connectionTimeout?: Duration;
  /** To agree on versions and authenticate. @default 10s */
  readonly authenticationTimeout?: Duration;
  /** For the answer to a request that does not wait by design. @default 30s; Event Hubs 60s */
  readonly requestTimeout?: Duration;
  /** How old metadata may get before new partitions and topics are looked for. @default 30s */
  readonly metadataMaxAge?: Duration;
}

/** TLS to the brokers. */
export interface TlsConfig {
  /** Certificates to trust, as PEM text, which a file reference fills in. */
  readonly ca?: string;
  /** The client's certificate, as PEM text. */
  readonly cert?: string;
  /** The client's private key, as PEM text. */
  readonly key?: string;
  /** Of the private key. */
  readonly passphrase?: string;
  /** Name expected in the broker's certificate. @default the host */
  readonly servername?: string;
  /** Refuse brokers whose certificate nobody vouches for. @default true */
  readonly rejectUnauthorized?: boolean;
}

/** Credentials of this process. */
export type SaslConfig =
  | {
      /** How the credentials are proven. */
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      /** Name of the user. */
      readonly username: string;
      /** Password of the user. */
      readonly password: string;
    }
  | {
      /** A token instead of a password. */
      readonly mechanism: 'oauthbearer';
      /** A function that resolves with `{ value }`, the token; it is asked for each connection. */
      readonly provider: Reference;
    };

/** Azure Event Hubs over AMQP. */
export interface EventHubsConfig {
  /** Of the namespace, or of one event hub in it. Or give `namespace` and `credential`. */
  readonly connectionString?: string;
  /** Host of the namespace, such as `contoso.servicebus.windows.net`; together with `credential`. */
  readonly namespace?: string;
  /** `default`: DefaultAzureCredential of the package @azure/identity. Or a module that exports a token credential. */
  readonly credential?: 'default' | Reference;
  readonly checkpoints?: CheckpointsConfig;
  /** Event hubs that the admin lists; the service names none. @default [] */
  readonly hubs?: readonly string[];
  /** A function that gives the key of an event as it was read, for lanes by key. @default the partition key */
  readonly keyOf?: Reference;
  /** Most events of one partition that are fetched ahead. @default 1000 */
  readonly prefetch?: number;
  /** Official processors in the same group. @default detect */
  readonly officialProcessors?: 'detect' | 'expected';
  /** How long an ownership of official processors counts after its last renewal: 60 s in JavaScript, Python and Java, 120 s in .NET. @default 60s */
  readonly foreignExpiry?: Duration;
  /** Most that the clocks of this machine and of the checkpoint store may be apart at the start. @default 10s */
  readonly maxClockSkew?: Duration;
  /** How often new partitions are looked for. @default 5m */
  readonly partitionRefresh?: Duration;
  /** A module that exports the client library's `webSocketOptions`: AMQP over WebSockets, also through a proxy. @default AMQP over TCP */
  readonly webSocketOptions?: Reference;
  /** Address of an intermediary. @default none */
  readonly customEndpointAddress?: string;
  readonly retry?: SdkRetryConfig;
}

/** Where groups are kept. */
export type CheckpointsConfig =
  | {
      /** Azure Blob Storage, in the format of the SDKs. */
      readonly kind: 'blob';
      /** Of the storage account, with key or SAS. */
      readonly connectionString: string;
      /** Name of a container that exists. */
      readonly container: string;
      /** What to do about an account that keeps old versions or deleted blobs, which makes each list slower. @default refuse */
      readonly keptVersions?: 'refuse' | 'allow';
      /** Begin from checkpoints of Event Processor Host or Azure Functions: what stands before the partition id in names of their blobs; empty for the usual ones. */
      readonly legacyPrefix?: string;
    }
  | {
      /** A folder, for the processes of one machine. */
      readonly kind: 'file';
      /** Seen from the folder of the file. Is created when missing. */
      readonly folder: string;
    }
  | {
      /** This process alone, forgotten when it ends: for tests. */
      readonly kind: 'memory';
    };

/** Tries inside the client library. */
export interface SdkRetryConfig {
  /** Tries after the first one. @default 3 */
  readonly maxRetries?: number;
  /** Before the second try. @default 200ms */
  readonly firstDelay?: Duration;
  /** Longest wait between two tries. @default 5s */
  readonly maxDelay?: Duration;
  /** For each try. @default 15s */
  readonly timeout?: Duration;
}

/** A broker in this process. */
export interface MemoryConfig {
  /** Topics that exist from the start, with their partition counts. @default {} */
  readonly topics?: Readonly<Record<string, number>>;
  /** Lets unknown topics come into being when they are written to or subscribed to. @default they are an error */
  readonly autoCreate?: {
    /** Partitions of a topic made this way. */
    readonly partitions: number;
  };
  /** Largest record. @default 1048588B */
  readonly maxRecordBytes?: Size;
  /** Text that may be stored beside a position. @default 4KiB */
  readonly commitMetadataBytes?: Size;
}

/** One consumer. */
export interface ConsumerConfig {
  /** Names the consumer in logs, health and views. @default the group, or the topics */
  readonly name?: string;
  readonly topics: TopicsConfig;
  /** Consumer group. Required unless `partitions` are chosen. */
  readonly group?: string;
  /** Fixed partitions of the (single) topic instead of a share: no membership, no rebalance. */
  readonly partitions?: readonly number[];
  /** How the group shares partitions out; several, in order of preference, for a rolling change. @default cooperative-sticky */
  readonly assignor?:
    | 'range'
    | 'roundrobin'
    | 'sticky'
    | 'cooperative-sticky'
    | Reference
    | readonly ('range' | 'roundrobin' | 'sticky' | 'cooperative-sticky' | Reference)[];
  readonly start?: StartConfig;
  /** What happens when a position is no longer in the log. @default fail */
  readonly outOfRange?: 'earliest' | 'latest' | 'fail';
  /** Static membership: this process's lasting name in the group, such as the name of its pod. */
  readonly instanceId?: string;
  /** Rack or zone of this process. */
  readonly rack?: string;
  /** Without a heartbeat for this long the group takes the member for dead. @default 45s */
  readonly sessionTimeout?: Duration;
  /** Between two signs of life. @default 3s */
  readonly heartbeatInterval?: Duration;
  /** How long members get to hand over their partitions in a rebalance. @default 60s */
  readonly rebalanceTimeout?: Duration;
  /** Hand out records of open or aborted transactions too? @default committed */
  readonly isolation?: 'committed' | 'uncommitted';
  /** How records are fetched. */
  readonly fetch?: {
    /** How long the broker may wait for new records. @default 500ms */
    readonly maxWait?: Duration;
    /** The broker answers once it has this many bytes. @default 1B */
    readonly minBytes?: Size;
    /** Most bytes of one partition in an answer. @default 1MiB */
    readonly maxBytesPerPartition?: Size;
  };
  /** How many records are handled at once, and in which order. */
  readonly concurrency?: {
    /** What is handled in log order, one at a time: records of a partition, of a key, or nothing. @default partition */
    readonly order?: 'partition' | 'key' | 'none';
    /** Most handlers running at once in this consumer. @default 100; one per partition with order `partition` */
    readonly limit?: number;
  };
  /** The handler gets batches of records of one partition; one is handed over when the first limit is reached. */
  readonly batch?: {
    /** Most records in one. @default 500 */
    readonly maxRecords?: number;
    /** Most bytes in one. @default 1MiB */
    readonly maxBytes?: Size;
    /** How long the first record waits for more. @default 0ms */
    readonly maxWait?: Duration;
  };
  /** When positions are stored. They are also stored before a partition is handed over and on stop. @default {"every":"1s"} */
  readonly commit?:
    | 'manual'
    | 'perBatch'
    | {
        /** After so many records. */
        readonly everyRecords?: number;
        /** After so long. */
        readonly every?: Duration;
      };
  /** Watermarks of what is fetched and not yet finished, per partition. */
  readonly buffer?: {
    /** Fetching of a partition stops at this many records. @default 10000 */
    readonly highRecords?: number;
    /** … and goes on at this many. @default half of highRecords */
    readonly lowRecords?: number;
    /** Fetching of a partition stops at this many bytes. @default 8MiB */
    readonly highBytes?: Size;
    /** … and goes on at this many. @default half of highBytes */
    readonly lowBytes?: Size;
  };
  /** A handler that takes longer fails with `HANDLER_TIMEOUT`. @default unlimited */
  readonly handlerTimeout?: Duration;
  /** How long running handlers may take to finish before a partition is handed over. @default 30s */
  readonly drainTimeout?: Duration;
  readonly value?: ValueConfig;
  /** A function `(value, context)`, or an object with `handle` or `handleBatch`, and `open` and `close` if it likes. May be left out when the program gives it. */
  readonly handler?: Reference;
  /** Around this handler, inside of what the application has: modules that export a middleware. @default [] */
  readonly middleware?: readonly Reference[];
  readonly onError: ErrorPolicyConfig;
}

/** Topics (event hubs) to read. */
export type TopicsConfig =
  | string
  | readonly string[]
  | {
      /** A regular expression that the whole name must match. */
      readonly pattern: string;
    };

/** Where to begin without a committed position. */
export type StartConfig =
  | 'earliest'
  | 'latest'
  | {
      /** In each partition. */
      readonly offset: number;
    }
  | {
      /** The first record whose broker time is at or after it. */
      readonly time: string;
    };

/** What the handler gets. */
export type ValueConfig =
  | 'record'
  | 'bytes'
  | 'text'
  | 'json'
  | {
      /** JSON, checked by a Standard Schema (zod, valibot, …) that a module exports. */
      readonly schema: Reference;
    }
  | {
      /** A decoder that a module exports: a function of the value, or an object with `decode`. */
      readonly decoder: Reference;
    };

/** What happens to a record that fails: the first step that wants the failure decides; when none does, the partition stops. */
export type ErrorPolicyConfig = 'stop' | 'skip' | ErrorPolicyStep | readonly ErrorPolicyStep[];

/** One step of an error policy. */
export type ErrorPolicyStep =
  | {
      /** Tries again in place; records of the same key (or partition) wait, others go on. */
      readonly policy: 'retry';
      /** Errors the step is for; others go on to the next step. */
      readonly when?: ErrorFilter;
      /** Tries in all, the first one included. */
      readonly attempts: number;
      /** Longest wait before the second try. @default 100ms */
      readonly firstDelay?: Duration;
      /** The longest wait grows by this factor with each try. @default 2 */
      readonly factor?: number;
      /** The longest wait stops growing here. @default 30s */
      readonly maxDelay?: Duration;
    }
  | {
      /** Writes the record to another topic with what went wrong in its headers; goes on when that is acknowledged. */
      readonly policy: 'deadLetter';
      /** Errors the step is for; others go on to the next step. */
      readonly when?: ErrorFilter;
      /** Where it is written. */
      readonly topic: string;
    }
  | {
      /** Leaves the record out, counted and logged. */
      readonly policy: 'skip';
      /** Errors the step is for; others go on to the next step. */
      readonly when?: ErrorFilter;
    }
  | {
      /** Stops the partition before the record and turns health red; others go on. */
      readonly policy: 'stop';
      /** Errors the step is for; others go on to the next step. */
      readonly when?: ErrorFilter;
    };

/** Which errors a step is for. With several keys, all must be true. */
export interface ErrorFilter {
  /** The error's `code` is (one of) this: `HANDLER_TIMEOUT`, `ECONNRESET`, `23505`. */
  readonly code?: string | readonly string[];
  /** The error's `name` is (one of) this: `DuplicateOrder`. */
  readonly name?: string | readonly string[];
  /** A function that is given the error and says true or false. */
  readonly test?: Reference;
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
  /** A module that exports a partitioner, for records that name no partition. @default keyed as the broker's own clients do it */
  readonly partitioner?: Reference;
  /** A record that is not acknowledged by then fails with `TIMEOUT`. @default 2m */
  readonly deliveryTimeout?: Duration;
}

/** Liveness and readiness over HTTP. */
export interface HealthConfig {
  /** Port to listen on; 0 for any that is free. */
  readonly port: number;
  /** Address to listen on. @default 0.0.0.0 */
  readonly host?: string;
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
