import type { GroupMember, GroupView, TopicPartition } from '../core/index.ts';

/** Many partitions without an object each. */
export interface PackedPartitions {
  readonly topics: readonly string[];
  /** For each partition its topic, as a place in `topics`, followed by its number. */
  readonly pairs: Int32Array;
}

/** A member whose claims are packed. */
export interface PackedMember extends Omit<GroupMember, 'owned'> {
  readonly owned: PackedPartitions;
}

/** A group whose claims are packed; else as `GroupView`. */
export interface PackedGroup extends Omit<GroupView, 'members'> {
  readonly members: readonly PackedMember[];
}

/** Member id → its partitions, in order. Every member of the group has an entry. */
export type PackedAssignment = ReadonlyMap<string, PackedPartitions>;

export function pack(partitions: readonly TopicPartition[]): PackedPartitions {
  const places = new Map<string, number>();
  const pairs = new Int32Array(partitions.length * 2);
  partitions.forEach(({ topic, partition }, i) => {
    const place = places.get(topic) ?? places.size;
    places.set(topic, place);
    pairs[2 * i] = place;
    pairs[2 * i + 1] = partition;
  });
  return { topics: [...places.keys()], pairs };
}

export function unpack({ topics, pairs }: PackedPartitions): TopicPartition[] {
  return Array.from({ length: pairs.length >> 1 }, (_, i) => ({
    topic: topics[pairs[2 * i] as number] as string,
    partition: pairs[2 * i + 1] as number,
  }));
}
