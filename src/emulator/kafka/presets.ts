import type { KafkaBrokerOptions } from './options.ts';
import type { VersionCeilings } from './served-versions.ts';

/** Whose versions and limits apply. */
export type KafkaPresetName = 'kafka' | 'eventhubs';

export interface KafkaPreset {
  readonly limits: KafkaBrokerOptions;
  readonly versionCeilings: VersionCeilings;
}

const NOT_SERVED = -1;

/**
 * The Kafka endpoint of Azure Event Hubs.
 *
 * Limits: Microsoft's "Apache Kafka client configurations" (requests below 1 046 528 bytes, sessions of 6 to 300 s) and the quotas
 * of the standard tier (32 partitions). Versions: what the service was seen to tell (klife#13 of 2024,
 * azure-event-hubs-for-kafka#209 of 2022, kafka-python#2602 of 2025: it breaks off at ApiVersions v4).
 */
const eventHubs: KafkaPreset = {
  limits: {
    maxRequestBytes: 1_046_528,
    maxTopicPartitions: 32,
    minSessionTimeoutMs: 6_000,
    maxSessionTimeoutMs: 300_000,
  },
  versionCeilings: new Map([
    ['Produce', 7],
    ['Fetch', 6],
    ['ListOffsets', 8],
    ['Metadata', 5],
    ['OffsetCommit', 8],
    ['OffsetFetch', 8],
    ['FindCoordinator', 4],
    ['JoinGroup', 9],
    ['Heartbeat', 4],
    ['LeaveGroup', 5],
    ['SyncGroup', 5],
    ['ApiVersions', 3],
    ['InitProducerId', 1],
    ['DescribeConfigs', 2],
    ['CreatePartitions', 1],
    ['DeleteGroups', 0],
    ['DeleteRecords', NOT_SERVED],
    ['OffsetForLeaderEpoch', 0],
    ['AddPartitionsToTxn', NOT_SERVED],
    ['AddOffsetsToTxn', NOT_SERVED],
    ['EndTxn', NOT_SERVED],
    ['TxnOffsetCommit', NOT_SERVED],
    ['AlterConfigs', NOT_SERVED],
    ['DescribeLogDirs', NOT_SERVED],
    ['IncrementalAlterConfigs', NOT_SERVED],
    ['OffsetDelete', NOT_SERVED],
    ['DescribeCluster', NOT_SERVED],
    ['DescribeProducers', NOT_SERVED],
    ['DescribeTransactions', NOT_SERVED],
    ['ListTransactions', NOT_SERVED],
    ['ConsumerGroupHeartbeat', NOT_SERVED],
    ['ConsumerGroupDescribe', NOT_SERVED],
    ['DescribeTopicPartitions', NOT_SERVED],
  ]),
};

export const presets: Readonly<Record<KafkaPresetName, KafkaPreset>> = {
  kafka: { limits: {}, versionCeilings: new Map() },
  eventhubs: eventHubs,
};
