import type { BackendDefinition, Capabilities } from '../../core/index.ts';
import { EventHubsBackend } from './backend.ts';
import { type EventHubsOptions, resolveEventHubsOptions } from './options.ts';
import { POSITION_TEXT_BYTES } from './store/blob-metadata.ts';

const capabilities: Capabilities = {
  assignors: true,
  cooperative: true,
  staticMembership: true,
  groupGeneration: false,
  patternSubscription: false,
  createTopics: false,
  startAtTime: true,
  recordKeys: true,
  writtenOffsets: false,
  transactions: false,
  offsetGaps: false,
  commitMetadataBytes: POSITION_TEXT_BYTES,
  // A message may have 1 MiB with its envelope on the standard tier; some of it is left for properties.
  maxRecordBytes: 1_048_000,
  commitVisibleMs: 0,
};

/**
 * A native Azure Event Hubs namespace as backend. Connects nothing yet.
 *
 * ```ts
 * const backend = eventHubs({
 *   connectionString: process.env.EVENTHUBS_CONNECTION_STRING,
 *   checkpoints: blobCheckpoints({ connectionString: storage, container: 'checkpoints' }),
 * });
 * ```
 *
 * @throws InvalidConfigError with all problems of the options at once.
 */
export function eventHubs(options: EventHubsOptions): BackendDefinition {
  const settings = resolveEventHubsOptions(options);
  return {
    name: 'eventhubs',
    capabilities,
    open: (env) => new EventHubsBackend(settings, env),
  };
}
