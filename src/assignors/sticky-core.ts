import type { GroupView } from '../core/index.ts';
import { type Claims, type ReadClaims, settleClaims } from './claims.ts';
import { assignGeneral } from './general.ts';
import { type GroupIndex, indexGroup, partitionTotal } from './group-index.ts';
import type { PackedGroup } from './packed.ts';
import { emptyLists, type PartitionLists } from './partition-lists.ts';
import { indexRacks, type Racks, racksMatter } from './racks.ts';
import { assignUniform } from './uniform.ts';

/** A group as the sticky algorithms take it. */
export interface StickyInput {
  readonly index: GroupIndex;
  readonly claims: Claims;
  /** `null` when racks do not matter. */
  readonly racks: Racks | null;
}

/** Reads a group for the sticky algorithms. */
export function readGroup(group: GroupView | PackedGroup, read: ReadClaims): StickyInput {
  const index = indexGroup(group);
  const racks = indexRacks(index, group.replicaRacks);
  const matter = racks !== null && racksMatter(racks, index.members.keys(), racks.setOf);
  return { index, claims: settleClaims(index, read), racks: matter ? racks : null };
}

/** Uniform when all members subscribe to the same set of topics, known or not; else general. */
export function assignSticky({ index, claims, racks }: StickyInput): PartitionLists {
  if (partitionTotal(index) === 0) return emptyLists(new Int32Array(index.members.length));
  if (index.subscriptions.length === 1) return assignUniform(index, claims, racks);
  return assignGeneral(index, claims, racks);
}
