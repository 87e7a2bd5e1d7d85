import type { Assignor, GroupView } from '../core/index.ts';
import { defineAssignor } from './define-assignor.ts';
import { type GroupIndex, indexGroup, partitionsIn, partitionTotal } from './group-index.ts';
import { membersInOrder } from './member-order.ts';
import { append, emptyLists, type PartitionLists } from './partition-lists.ts';
import { indexRacks } from './racks.ts';
import { matchRacks } from './range-racks.ts';
import { openTopic, type RangeTopic, room, take } from './range-topic.ts';
import { subscribersByTopic } from './topic-subscribers.ts';

/**
 * Cuts every topic into contiguous runs, one per subscriber; the first ones get one more. Topics with equal partition
 * counts and subscribers are cut alike (co-partitioned), and the surplus of every topic falls on the same members. Not
 * sticky. With racks, partitions go to members near a replica as far as the balance of each topic allows
 * (KIP-881). Same result as Java's `RangeAssignor`.
 */
export const range: Assignor = defineAssignor({
  name: 'range',
  rebalance: 'eager',
  solve(group) {
    const index = indexGroup(group);
    return { index, lists: cut(index, group.replicaRacks) };
  },
});

function cut(index: GroupIndex, replicaRacks: GroupView['replicaRacks']): PartitionLists {
  const receivers = new Int32Array(partitionTotal(index)).fill(-1);
  const { poolOf, pools } = subscribersByTopic(index, membersInOrder(index.members));
  const topics = index.topics.map((_, topic) => {
    const pool = poolOf[topic] as number;
    const first = index.firstOf[topic] as number;
    return openTopic(first, partitionsIn(index, topic), pool, pools[pool] as Int32Array);
  });
  const racks = indexRacks(index, replicaRacks);
  const aligned = racks !== null && matchRacks(topics, racks, receivers);
  for (const topic of topics) cutRest(topic, receivers);
  return collect(index, receivers, aligned);
}

/** Hands what is left of a topic to its subscribers in order, each up to its share. */
function cutRest(topic: RangeTopic, receivers: Int32Array): void {
  let id = topic.first;
  const end = topic.first + topic.count;
  for (let slot = 0; slot < topic.members.length && id < end; slot++) {
    const member = topic.members[slot] as number;
    const open = room(topic, slot);
    let got = 0;
    for (; got < open && id < end; id++) {
      if (receivers[id] !== -1) continue;
      receivers[id] = member;
      got++;
    }
    take(topic, slot, got);
  }
}

/** Lists are in Java's order: its map order of topics, or sorted when racks were matched. */
function collect(index: GroupIndex, receivers: Int32Array, sorted: boolean): PartitionLists {
  const sizes = new Int32Array(index.members.length);
  for (const member of receivers) sizes[member] = (sizes[member] as number) + 1;
  const lists = emptyLists(sizes);
  const topicOrder = sorted ? index.topics.keys() : index.javaTopicOrder;
  for (const topic of topicOrder) {
    const end = index.firstOf[topic + 1] as number;
    for (let id = index.firstOf[topic] as number; id < end; id++) {
      append(lists, receivers[id] as number, id);
    }
  }
  return lists;
}
