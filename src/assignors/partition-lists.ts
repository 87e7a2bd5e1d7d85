import type { Assignment, TopicPartition } from '../core/index.ts';
import type { GroupIndex } from './group-index.ts';
import type { PackedAssignment, PackedPartitions } from './packed.ts';

/** Partitions per member, in order, in one block: member `m` has `ids[offset[m]] … ids[offset[m] + size[m] - 1]`. */
export interface PartitionLists {
  readonly ids: Int32Array;
  readonly offset: Int32Array;
  readonly size: Int32Array;
}

/** Empty lists with room for `capacity[m]` partitions each. */
export function emptyLists(capacity: Int32Array): PartitionLists {
  const offset = new Int32Array(capacity.length);
  let total = 0;
  for (let m = 0; m < capacity.length; m++) {
    offset[m] = total;
    total += capacity[m] as number;
  }
  return { ids: new Int32Array(total), offset, size: new Int32Array(capacity.length) };
}

/** Appends a partition to a member's list, which must have room. */
export function append(lists: PartitionLists, member: number, id: number): void {
  const size = lists.size[member] as number;
  lists.ids[(lists.offset[member] as number) + size] = id;
  lists.size[member] = size + 1;
}

/** A member's partitions, as a view. */
export function listOf(lists: PartitionLists, member: number): Int32Array {
  const start = lists.offset[member] as number;
  return lists.ids.subarray(start, start + (lists.size[member] as number));
}

/** Partition → the member whose list it is in, -1 if it is in none. */
export function receivers(index: GroupIndex, lists: PartitionLists): Int32Array {
  const receiver = new Int32Array(index.topicOf.length).fill(-1);
  for (let member = 0; member < lists.size.length; member++) {
    const ids = listOf(lists, member);
    for (let i = 0; i < ids.length; i++) receiver[ids[i] as number] = member;
  }
  return receiver;
}

/** The topic of a partition. Mostly it is that of the partition before or the next one, which saves a look far away. */
function topicNear({ firstOf, topicOf }: GroupIndex, topic: number, id: number): number {
  if (id >= (firstOf[topic] as number)) {
    if (id < (firstOf[topic + 1] as number)) return topic;
    if (id < (firstOf[topic + 2] ?? 0)) return topic + 1;
  }
  return topicOf[id] as number;
}

/** Back to names, in the order of the view; the only step that makes one object per partition. */
export function toAssignment(index: GroupIndex, lists: PartitionLists): Assignment {
  const { members, topics, firstOf } = index;
  const assignment = new Map<string, TopicPartition[]>();
  for (const member of index.joinOrder) {
    const ids = listOf(lists, member);
    const partitions: TopicPartition[] = new Array(ids.length);
    let topic = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      topic = topicNear(index, topic, id);
      partitions[i] = {
        topic: topics[topic] as string,
        partition: id - (firstOf[topic] as number),
      };
    }
    assignment.set((members[member] as { id: string }).id, partitions);
  }
  return assignment;
}

/** The same without objects: all members share the list of topics and one block of numbers. */
export function toPacked(index: GroupIndex, lists: PartitionLists): PackedAssignment {
  const { members, topics, firstOf } = index;
  const assignment = new Map<string, PackedPartitions>();
  const block = new Int32Array(lists.size.reduce((sum, size) => sum + size, 0) * 2);
  let at = 0;
  for (const member of index.joinOrder) {
    const ids = listOf(lists, member);
    const start = at;
    let topic = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      topic = topicNear(index, topic, id);
      block[at++] = topic;
      block[at++] = id - (firstOf[topic] as number);
    }
    const pairs = block.subarray(start, at);
    assignment.set((members[member] as { id: string }).id, { topics, pairs });
  }
  return assignment;
}
