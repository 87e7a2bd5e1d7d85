import type { GroupIndex } from './group-index.ts';

/** Who may get the partitions of a topic. Topics with the same subscribers share one pool. */
export interface TopicSubscribers {
  /** Topic → pool. */
  readonly poolOf: Int32Array;
  /** Pool → members, in the order asked for. Never empty. */
  readonly pools: readonly Int32Array[];
}

/** Lists the subscribers of every topic, following `order` (a permutation of the members). */
export function subscribersByTopic(index: GroupIndex, order: ArrayLike<number>): TopicSubscribers {
  const subscribing: number[][] = index.topics.map(() => []);
  index.subscriptions.forEach((topics, s) => {
    for (const t of topics) (subscribing[t] as number[]).push(s);
  });
  const poolOf = new Int32Array(index.topics.length);
  const poolsOfSubscription: number[][] = index.subscriptions.map(() => []);
  const known = new Map<string, number>();
  subscribing.forEach((subscriptions, t) => {
    const key = subscriptions.join();
    let pool = known.get(key);
    if (pool === undefined) {
      pool = known.size;
      known.set(key, pool);
      for (const s of subscriptions) (poolsOfSubscription[s] as number[]).push(pool);
    }
    poolOf[t] = pool;
  });
  const pools: number[][] = Array.from(known, () => []);
  for (let i = 0; i < order.length; i++) {
    const member = order[i] as number;
    const subscription = index.subscriptionOf[member] as number;
    for (const pool of poolsOfSubscription[subscription] as number[]) {
      (pools[pool] as number[]).push(member);
    }
  }
  return { poolOf, pools: pools.map((members) => Int32Array.from(members)) };
}

/** True if a member may have a partition's topic. */
export function subscribes(index: GroupIndex, member: number, id: number): boolean {
  const topics = index.subscriptions[index.subscriptionOf[member] as number] as Int32Array;
  const topic = index.topicOf[id] as number;
  let low = 0;
  let high = topics.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((topics[middle] as number) < topic) low = middle + 1;
    else high = middle;
  }
  return topics[low] === topic;
}
