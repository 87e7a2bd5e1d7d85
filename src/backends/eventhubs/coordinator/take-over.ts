import {
  type CheckpointRecord,
  type ClaimedPartition,
  formatPartition,
  type StoredPosition,
  type TopicPartition,
} from '../../../core/index.ts';
import type { CheckpointWriter } from './checkpoint-writer.ts';
import type { HeldPartition } from './held-partitions.ts';
import { mapAtMost } from './map-at-most.ts';
import type { Claimed } from './ownership-writer.ts';
import type { StoreCalls } from './store-calls.ts';

const PARALLEL = 16;

/**
 * Finds out where to begin in partitions that were just claimed. The checkpoints are read after the claim: the list that
 * the claim was planned on may show a position from before its last owner's last commit.
 *
 * Rejects when the store fails; the partitions are then claimed but of no use.
 */
export async function takeOver(
  claimed: readonly Claimed[],
  { calls, checkpoints }: { readonly calls: StoreCalls; readonly checkpoints: CheckpointWriter },
): Promise<readonly ClaimedPartition[]> {
  const topics = [...new Set(claimed.map(({ held }) => held.topic))];
  const snapshot = await calls.load(topics);
  const stored = new Map(
    snapshot.checkpoints.map((record) => [formatPartition(record), record] as const),
  );
  return mapAtMost(PARALLEL, claimed, async ({ held, takenOver }) => {
    const found = stored.get(formatPartition(held));
    const record = found !== undefined && takenOver ? await checkpoints.fence(held, found) : found;
    held.checkpointEtag = record?.etag ?? null;
    const position = positionOf(record) ?? (await calls.legacyCheckpoint(nameOf(held)));
    return claimedPartition(held, position, record?.metadata ?? '');
  });
}

/** What others wrote may hold neither offset nor sequence number: as good as no position. */
function positionOf(record: CheckpointRecord | undefined): StoredPosition | null {
  if (record === undefined || (record.offset === null && record.token === null)) return null;
  return { offset: record.offset, token: record.token };
}

function claimedPartition(
  held: HeldPartition,
  position: StoredPosition | null,
  metadata: string,
): ClaimedPartition {
  const { generation, ownerLevel } = held;
  return { ...nameOf(held), epoch: generation, ownerLevel, position, metadata };
}

function nameOf({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition };
}
