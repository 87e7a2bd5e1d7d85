/**
 * `partita/eventhubs`: Azure Event Hubs over AMQP. Needs the packages @azure/event-hubs and, for groups in blob storage,
 * @azure/storage-blob.
 *
 * @module
 */
export { Coordinator } from './coordinator/coordinator.ts';
export type { CoordinatorOptions } from './coordinator/options.ts';
export { eventHubs } from './event-hubs.ts';
export type { EventHubsOptions } from './options.ts';
export {
  BlobCheckpointStore,
  type BlobCheckpointStoreOptions,
} from './store/blob-checkpoint-store.ts';
export { type BlobCheckpointsOptions, blobCheckpoints } from './store/blob-checkpoints.ts';
export {
  type FileCheckpointStoreOptions,
  fileCheckpointStore,
} from './store/file-checkpoint-store.ts';
export type { LegacyCheckpoints } from './store/legacy-checkpoint.ts';
export { memoryCheckpointStore } from './store/memory-checkpoint-store.ts';
