export type { Api } from './api.ts';
export * from './apis/00-produce.ts';
export * from './apis/01-fetch.ts';
export * from './apis/02-list-offsets.ts';
export * from './apis/03-metadata.ts';
export * from './apis/08-offset-commit.ts';
export * from './apis/09-offset-fetch.ts';
export * from './apis/10-find-coordinator.ts';
export * from './apis/11-join-group.ts';
export * from './apis/12-heartbeat.ts';
export * from './apis/13-leave-group.ts';
export * from './apis/14-sync-group.ts';
export * from './apis/15-describe-groups.ts';
export * from './apis/16-list-groups.ts';
export * from './apis/17-sasl-handshake.ts';
export * from './apis/18-api-versions.ts';
export * from './apis/19-create-topics.ts';
export * from './apis/20-delete-topics.ts';
export * from './apis/21-delete-records.ts';
export * from './apis/22-init-producer-id.ts';
export * from './apis/23-offset-for-leader-epoch.ts';
export * from './apis/24-add-partitions-to-txn.ts';
export * from './apis/25-add-offsets-to-txn.ts';
export * from './apis/26-end-txn.ts';
export * from './apis/28-txn-offset-commit.ts';
export * from './apis/32-describe-configs.ts';
export {
  type AlteredConfig,
  type AlteredResource,
  alterConfigsApi,
} from './apis/33-alter-configs.ts';
export * from './apis/35-describe-log-dirs.ts';
export * from './apis/36-sasl-authenticate.ts';
export * from './apis/37-create-partitions.ts';
export * from './apis/42-delete-groups.ts';
export * from './apis/44-incremental-alter-configs.ts';
export * from './apis/47-offset-delete.ts';
export * from './apis/60-describe-cluster.ts';
export * from './apis/61-describe-producers.ts';
export * from './apis/65-describe-transactions.ts';
export * from './apis/66-list-transactions.ts';
export {
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  consumerGroupHeartbeatApi,
  type TopicIdPartitions,
} from './apis/68-consumer-group-heartbeat.ts';
export * from './apis/69-consumer-group-describe.ts';
export {
  type DescribedTopic,
  type DescribeTopicPartitionsResponse,
  describeTopicPartitionsApi,
  type TopicPartitionCursor,
} from './apis/75-describe-topic-partitions.ts';
export * from './assignor-user-data.ts';
export * from './consumer-protocol.ts';
export * from './error-codes.ts';
export { ProtocolError } from './protocol-error.ts';
export { AbortedFilter } from './records/aborted-filter.ts';
export { type BatchOptions, RecordBatchBuilder } from './records/batch-builder.ts';
export { BatchReader } from './records/batch-reader.ts';
export type { Compression } from './records/compression.ts';
export { decodeRecords } from './records/decode-records.ts';
export type { KafkaRecord, RecordHeader } from './records/kafka-record.ts';
export type { RecordBatch, RecordSource } from './records/record-batch.ts';
export * from './server/index.ts';
