import { createRequire } from 'node:module';
import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob';
import { InvalidConfigError, OptionCheck, PartitaError } from '../../../core/index.ts';
import { BlobCheckpointStore, type BlobCheckpointStoreOptions } from './blob-checkpoint-store.ts';

export interface BlobCheckpointsOptions extends Omit<BlobCheckpointStoreOptions, 'container'> {
  /** Of the storage account, with key or SAS. */
  readonly connectionString: string;
  /** Name of a container that exists. */
  readonly container: string;
}

/**
 * Group state in blobs, from a connection string. For token credentials, proxies and everything else, make a `ContainerClient`
 * of the package @azure/storage-blob and give it to `BlobCheckpointStore`.
 *
 * @throws InvalidConfigError with all problems; PartitaError `MISSING_PEER` without @azure/storage-blob
 */
export function blobCheckpoints(options: BlobCheckpointsOptions): BlobCheckpointStore {
  const { connectionString, container, ...rest } = options;
  const check = new OptionCheck();
  check.known('', options, ['connectionString', 'container', 'legacy', 'keptVersions']);
  check.oneOf('keptVersions', rest.keptVersions, ['refuse', 'allow']);
  if (typeof connectionString !== 'string' || connectionString === '')
    check.problem('connectionString is missing: it is that of the storage account');
  else if (/(^|;)\s*Endpoint=sb:/i.test(connectionString))
    check.problem('connectionString is that of a namespace: give that of the storage account');
  // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
  if (!/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(container ?? ''))
    check.problem(
      `container is ${JSON.stringify(container)}, expected 3 to 63 small letters, digits and single hyphens`,
    );
  const client = check.problems.length === 0 ? open(connectionString, container, check) : undefined;
  if (client === undefined) throw new InvalidConfigError('checkpoint store', check.problems);
  return new BlobCheckpointStore({ ...rest, container: client });
}

/** Few tries and short ones: the group is looked at again with the next heartbeat, and a lease does not wait. */
const pipeline: StoragePipelineOptions = {
  retryOptions: {
    maxTries: 2,
    tryTimeoutInMs: 10_000,
    retryDelayInMs: 200,
    maxRetryDelayInMs: 1_000,
  },
};

function open(
  connectionString: string,
  container: string,
  check: OptionCheck,
): ContainerClient | undefined {
  const { BlobServiceClient } = loadStorageBlob();
  try {
    return BlobServiceClient.fromConnectionString(connectionString, pipeline).getContainerClient(
      container,
    );
  } catch (error) {
    // The client names the part that is wrong, and no secret.
    check.problem(
      `connectionString cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

function loadStorageBlob(): typeof import('@azure/storage-blob') {
  try {
    return createRequire(import.meta.url)('@azure/storage-blob');
  } catch (cause) {
    throw new PartitaError(
      'MISSING_PEER',
      'Checkpoints in blobs need the package @azure/storage-blob, which is not installed: npm install @azure/storage-blob',
      { cause },
    );
  }
}
