// Generated from the schema in src/config/schema by `npm run docs:tables`: change it there.
import type { Duration, Reference, Size } from './values.ts';

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
