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

export interface TakeOverDeps {
  readonly calls: StoreCalls;
  readonly checkpoints: CheckpointWriter;
  readonly self: string;
}

/**
 * Finds out where to begin in partitions that were just claimed. The checkpoints are read after the claim: the list that
 * the claim was planned on may show a position from before its last owner's last commit.
 *
 * Rejects when the store fails; the partitions are then claimed but of no use.
 */
export async function takeOver(
  claimed: readonly Claimed[],
  { calls, checkpoints, self }: TakeOverDeps,
): Promise<readonly ClaimedPartition[]> {
  const topics = [...new Set(claimed.map(({ held }) => held.topic))];
  const snapshot = await calls.load(topics);
  const stored = byPartition(snapshot.checkpoints);
  const owners = byPartition(snapshot.ownerships);
  // A process that stood still between the claim and here may find the partition in other hands, and its checkpoint too.
  const confirmed = claimed.filter(({ held }) => {
    const ownership = owners.get(formatPartition(held));
    return ownership?.owner === self && ownership.generation === held.generation;
  });
  return mapAtMost(PARALLEL, confirmed, async ({ held, takenOver }) => {
    const found = stored.get(formatPartition(held));
    const record = found !== undefined && takenOver ? await checkpoints.fence(held, found) : found;
    held.checkpointEtag = record?.etag ?? null;
    const position = positionOf(record) ?? (await calls.legacyCheckpoint(nameOf(held)));
    return claimedPartition(held, position, record?.metadata ?? '');
  });
}

function byPartition<T extends TopicPartition>(records: readonly T[]): ReadonlyMap<string, T> {
  return new Map(records.map((record) => [formatPartition(record), record] as const));
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
