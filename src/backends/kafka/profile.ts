import type { Capabilities } from '../../core/index.ts';

/** Who answers: Apache Kafka (or what behaves like it), or the Kafka endpoint of Azure Event Hubs. */
export type KafkaProfileName = 'kafka' | 'eventhubs-kafka-endpoint';

/** What differs between the services that speak Kafka's protocol. */
export interface KafkaProfile {
  readonly name: KafkaProfileName;
  /** Highest version to use by API key, below what the service offers. */
  readonly versionCeilings: ReadonlyMap<number, number>;
  readonly defaultPort: number;
  readonly requestTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  /** A larger produce request makes the service close the connection. */
  readonly maxRequestBytes: number;
  readonly compressions: ReadonlySet<string>;
  readonly capabilities: Capabilities;
}

const capabilities: Capabilities = {
  assignors: true,
  cooperative: true,
  staticMembership: true,
  groupGeneration: true,
  patternSubscription: true,
  createTopics: true,
  startAtTime: true,
  recordKeys: true,
  writtenOffsets: true,
  transactions: false,
  offsetGaps: true,
  // `offset.metadata.max.bytes`
  commitMetadataBytes: 4096,
  // `message.max.bytes` is 1 MiB and 12 bytes for the batch; 61 bytes of it are its header, the rest is for record framing.
  maxRecordBytes: 1_048_000,
  commitVisibleMs: 0,
};

const kafka: KafkaProfile = {
  name: 'kafka',
  versionCeilings: new Map(),
  defaultPort: 9092,
  requestTimeoutMs: 30_000,
  metadataMaxAgeMs: 30_000,
  // `socket.request.max.bytes`
  maxRequestBytes: 104_857_600,
  compressions: new Set(['none', 'gzip', 'snappy', 'lz4', 'zstd']),
  capabilities,
};

/**
 * Limits from Microsoft's "Apache Kafka client configurations" for Event Hubs: requests below 1 046 528 bytes and 60 s,
 * metadata younger than 180 s, gzip as the only compression.
 */
const eventHubsEndpoint: KafkaProfile = {
  name: 'eventhubs-kafka-endpoint',
  // What the service was seen to offer: Produce, Fetch, Metadata, InitProducerId.
  versionCeilings: new Map([
    [0, 7],
    [1, 6],
    [3, 5],
    [22, 1],
  ]),
  defaultPort: 9093,
  requestTimeoutMs: 60_000,
  metadataMaxAgeMs: 30_000,
  maxRequestBytes: 1_046_528,
  compressions: new Set(['none', 'gzip']),
  capabilities: { ...capabilities, maxRecordBytes: 1_045_000 },
};

export const profiles: Readonly<Record<KafkaProfileName, KafkaProfile>> = {
  kafka,
  'eventhubs-kafka-endpoint': eventHubsEndpoint,
};
