import { resolve } from 'node:path';
import type { CheckpointStore } from '../../core/index.ts';
import { realClock } from '../../system/real-clock.ts';
import type { CheckpointsConfig } from '../app-config.ts';
import type { BackendContext } from './backend-context.ts';

/** Where groups on native Event Hubs are kept. @throws InvalidConfigError with what the store finds wrong */
export async function checkpointsOf(
  config: CheckpointsConfig | undefined,
  { folder, parts: { clock = realClock } }: BackendContext,
): Promise<CheckpointStore | undefined> {
  if (config === undefined) return undefined;
  const { blobCheckpoints, fileCheckpointStore, memoryCheckpointStore } = await import(
    '../../backends/eventhubs/index.ts'
  );
  if (config.kind === 'memory') return memoryCheckpointStore(clock);
  if (config.kind === 'file')
    return fileCheckpointStore({ folder: resolve(folder, config.folder), clock });
  const { connectionString, container, keptVersions, legacyPrefix } = config;
  const legacy = legacyPrefix === '' ? {} : { prefix: legacyPrefix };
  return blobCheckpoints({
    connectionString,
    container,
    ...(keptVersions !== undefined && { keptVersions }),
    ...(legacyPrefix !== undefined && { legacy: legacy as { readonly prefix: string } }),
  });
}
