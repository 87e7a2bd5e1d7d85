import type { Assignor, GroupView } from '../core/index.ts';
import { defineAssignor, type Solution } from './define-assignor.ts';
import { type GroupIndex, indexGroup, partitionTotal } from './group-index.ts';
import { membersInOrder } from './member-order.ts';
import type { PackedGroup } from './packed.ts';
import { append, emptyLists, type PartitionLists } from './partition-lists.ts';
import { subscribersByTopic } from './topic-subscribers.ts';

/**
 * Deals all partitions, sorted by topic and number, to the members in turn; members that do not subscribe to a topic
 * are passed over. Even for equal subscriptions, not sticky. Same result as Java's `RoundRobinAssignor`.
 */
export const roundRobin: Assignor = defineAssignor({
  name: 'roundrobin',
  rebalance: 'eager',
  solve: dealAll,
});

/** The deal itself, whatever name it goes by. */
export function dealAll(group: GroupView | PackedGroup): Solution {
  const index = indexGroup(group);
  return { index, lists: deal(index) };
}

function deal(index: GroupIndex): PartitionLists {
  const order = membersInOrder(index.members);
  const places = new Int32Array(order.length);
  order.forEach((member, place) => {
    places[member] = place;
  });
  const { poolOf, pools } = subscribersByTopic(index, order);
  const receivers = new Int32Array(partitionTotal(index));
  const sizes = new Int32Array(order.length);
  let cursor = 0;
  index.topics.forEach((_, topic) => {
    const pool = pools[poolOf[topic] as number] as Int32Array;
    let next = firstFrom(pool, places, cursor);
    const end = index.firstOf[topic + 1] as number;
    for (let id = index.firstOf[topic] as number; id < end; id++) {
      const member = pool[next] as number;
      receivers[id] = member;
      sizes[member] = (sizes[member] as number) + 1;
      cursor = (places[member] as number) + 1;
      next = next + 1 === pool.length ? 0 : next + 1;
    }
  });
  const lists = emptyLists(sizes);
  for (let id = 0; id < receivers.length; id++) append(lists, receivers[id] as number, id);
  return lists;
}

/** First subscriber at or after a place in the circle of members; `pool` is sorted by place. */
function firstFrom(pool: Int32Array, places: Int32Array, cursor: number): number {
  let low = 0;
  let high = pool.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[pool[middle] as number] as number) < cursor) low = middle + 1;
    else high = middle;
  }
  return low === pool.length ? 0 : low;
}
