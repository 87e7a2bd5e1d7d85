import { randomUUID } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { PartitaError, type StoredGroup } from '../../../core/index.ts';
import { groupPrefix } from './blob-names.ts';

/** In place of a hub's name, for the blob that is written and deleted again. */
const PROBE = 'partita-check';

/**
 * Does once what will be done all the time: create, change, list and delete a blob. So missing containers and permissions
 * show before a member begins, and also whether the account keeps versions or deleted blobs: that is not to be read from
 * its settings with the permissions a checkpoint store has.
 *
 * @throws what the client throws; PartitaError `INVALID_CONFIG` for kept versions and deleted blobs
 */
export async function checkContainer(
  container: ContainerClient,
  group: StoredGroup,
  { store, refusesVersions }: { readonly store: string; readonly refusesVersions: boolean },
): Promise<void> {
  const prefix = groupPrefix(group, PROBE);
  const blob = container.getBlockBlobClient(`${prefix}${randomUUID()}`);
  const created = await blob.upload('', 0, { conditions: { ifNoneMatch: '*' } });
  try {
    await blob.setMetadata({ probe: '1' }, { conditions: { ifMatch: created.etag ?? '*' } });
    await exists(container, blob.name, false);
  } finally {
    await blob.delete();
  }
  if (!refusesVersions) return;
  const problems: string[] = [];
  if (created.versionId !== undefined) problems.push('blob versioning');
  if (await exists(container, blob.name, true)) problems.push('soft delete of blobs');
  if (problems.length === 0) return;
  throw new PartitaError(
    'INVALID_CONFIG',
    `The storage account behind ${store} has ${problems.join(' and ')} switched on: every heartbeat and checkpoint would ` +
      "leave a copy behind, and lists get slow. Switch it off, use another account, or set the store's keptVersions to 'allow'",
  );
}

async function exists(
  container: ContainerClient,
  prefix: string,
  includeDeleted: boolean,
): Promise<boolean> {
  for await (const _ of container.listBlobsFlat({ prefix, includeDeleted })) return true;
  return false;
}
