import {
  type AdminSession,
  comparePartitions,
  formatPartition,
  type GroupDescription,
  PartitaError,
  type TopicPartition,
} from '../core/index.ts';
import { rangesOf } from './partition-ranges.ts';

/** How far a group is in a partition. */
export interface GroupPosition extends TopicPartition {
  readonly begin: number;
  readonly end: number;
  /** The next record to handle; absent when the group has stored none. */
  readonly committed?: number;
  /** Records from there to the end. */
  readonly lag?: number;
}

export interface PositionScope {
  /** All partitions of these. @default the topics in which the group has stored positions, or owns partitions */
  readonly topics?: readonly string[] | undefined;
  /** Partitions that members of the group read at the moment. */
  readonly owned?: readonly TopicPartition[];
}

export async function groupPositions(
  admin: AdminSession,
  group: string,
  { topics, owned = [] }: PositionScope = {},
): Promise<readonly GroupPosition[]> {
  const committed = await admin.committed(group, topics);
  const names = topics ?? [...new Set([...committed, ...owned].map(({ topic }) => topic))];
  const offsets = new Map(
    committed.map((position) => [formatPartition(position), position.offset]),
  );
  const perTopic = await Promise.all(names.map((topic) => partitionsOf(admin, topic, offsets)));
  return perTopic.flat().sort(comparePartitions);
}

/**
 * A misspelt group has no lag, and nothing else either.
 *
 * @throws PartitaError `UNKNOWN_GROUP`.
 */
export function checkGroupKnown(
  { group, state, members }: GroupDescription,
  positions: readonly GroupPosition[],
): void {
  const isStored = positions.some(({ committed }) => committed !== undefined);
  if (state !== 'Dead' || members.length > 0 || isStored) return;
  throw new PartitaError(
    'UNKNOWN_GROUP',
    `There is no group ${group}: it has no members, and no positions are stored for it. Check its name.`,
  );
}

async function partitionsOf(
  admin: AdminSession,
  topic: string,
  committed: ReadonlyMap<string, number>,
): Promise<readonly GroupPosition[]> {
  const ranges = await rangesOf(admin, topic);
  return ranges.map((range) => {
    const position = committed.get(formatPartition({ topic, partition: range.partition }));
    const known = position !== undefined && {
      committed: position,
      lag: Math.max(0, range.end - position),
    };
    return { topic, ...range, ...known };
  });
}
