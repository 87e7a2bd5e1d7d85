import type { GroupMember, GroupView } from '../core/index.ts';
import { byCodeUnits } from './code-unit-order.ts';
import { javaHashOrder } from './java-hash-order.ts';
import type { PackedGroup, PackedMember } from './packed.ts';

/** A member with its claims in either form. */
export type IndexedMember = GroupMember | PackedMember;

/**
 * A group in numbers. Members, topics and partitions are indexes; partition `p` of topic `t` is the integer
 * `firstOf[t] + p`, so ascending numbers are ascending (topic, partition). Nothing here grows an object per partition.
 */
export interface GroupIndex {
  /** In the iteration order of Java's `HashMap`, see `javaHashOrder`. Ids are distinct. */
  readonly members: readonly IndexedMember[];
  /** Position in the view's order → member. */
  readonly joinOrder: Int32Array;
  /** Member → its place when members are sorted by id. */
  readonly rankOf: Int32Array;
  /** Subscribed topics that have partitions, sorted by code units. */
  readonly topics: readonly string[];
  readonly topicIndex: ReadonlyMap<string, number>;
  /** Topic → number of its first partition; one entry more than topics, the last is the number of partitions. */
  readonly firstOf: Int32Array;
  /** Partition → topic. */
  readonly topicOf: Int32Array;
  /** Member → subscription; members with the same set of topics share one. */
  readonly subscriptionOf: Int32Array;
  /** Subscription → topics, ascending. */
  readonly subscriptions: readonly Int32Array[];
  /** Topics with partitions, in the iteration order of Java's `HashMap`. */
  readonly javaTopicOrder: Int32Array;
}

/** Turns a group into numbers. Of members with the same id only the last one counts. */
export function indexGroup(group: GroupView | PackedGroup): GroupIndex {
  const byId = new Map<string, IndexedMember>();
  for (const member of group.members) byId.set(member.id, member);
  const ids = [...byId.keys()];
  const hashOrder = javaHashOrder(ids);
  const members: IndexedMember[] = new Array(ids.length);
  const joinOrder = new Int32Array(ids.length);
  hashOrder.forEach((join, member) => {
    members[member] = byId.get(ids[join] as string) as IndexedMember;
    joinOrder[join] = member;
  });
  const subscribed = collectSubscriptions(members);
  return {
    members,
    joinOrder,
    rankOf: rankById(members),
    ...indexTopics(subscribed.topicLists, group.partitionCounts),
    subscriptionOf: subscribed.subscriptionOf,
  };
}

/** Number of partitions in the group. */
export function partitionTotal(index: GroupIndex): number {
  return index.topicOf.length;
}

/** Number of partitions of a topic. */
export function partitionsIn(index: GroupIndex, topic: number): number {
  return (index.firstOf[topic + 1] as number) - (index.firstOf[topic] as number);
}

function rankById(members: readonly IndexedMember[]): Int32Array {
  const order = members.map((_, member) => member);
  const id = (member: number) => (members[member] as IndexedMember).id;
  order.sort((a, b) => byCodeUnits(id(a), id(b)));
  const rankOf = new Int32Array(members.length);
  order.forEach((member, rank) => {
    rankOf[member] = rank;
  });
  return rankOf;
}

interface Subscribed {
  readonly subscriptionOf: Int32Array;
  /** Subscription → its topics as first listed, known or not. */
  readonly topicLists: readonly (readonly string[])[];
}

function collectSubscriptions(members: readonly IndexedMember[]): Subscribed {
  const subscriptionOf = new Int32Array(members.length);
  const topicLists: (readonly string[])[] = [];
  const known = new Map<string, number>();
  let last: readonly string[] | undefined;
  members.forEach((member, m) => {
    if (last !== undefined && sameList(last, member.topics)) {
      subscriptionOf[m] = subscriptionOf[m - 1] as number;
      return;
    }
    last = member.topics;
    const distinct = [...new Set(member.topics)];
    const key = JSON.stringify([...distinct].sort(byCodeUnits));
    let subscription = known.get(key);
    if (subscription === undefined) {
      subscription = topicLists.push(distinct) - 1;
      known.set(key, subscription);
    }
    subscriptionOf[m] = subscription;
  });
  return { subscriptionOf, topicLists };
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

type TopicPart = Pick<
  GroupIndex,
  'topics' | 'topicIndex' | 'firstOf' | 'topicOf' | 'subscriptions' | 'javaTopicOrder'
>;

function indexTopics(
  topicLists: readonly (readonly string[])[],
  partitionCounts: ReadonlyMap<string, number>,
): TopicPart {
  const subscribed = [...new Set(topicLists.flat())];
  const inSetOrder = [...javaHashOrder(subscribed)].map((i) => subscribed[i] as string);
  const found = inSetOrder.filter((topic) => (partitionCounts.get(topic) ?? 0) > 0);
  const topics = [...found].sort(byCodeUnits);
  const topicIndex = new Map(topics.map((topic, t) => [topic, t]));
  const firstOf = new Int32Array(topics.length + 1);
  topics.forEach((topic, t) => {
    firstOf[t + 1] = (firstOf[t] as number) + (partitionCounts.get(topic) as number);
  });
  const topicOf = new Int32Array(firstOf[topics.length] as number);
  topics.forEach((_, t) => {
    topicOf.fill(t, firstOf[t], firstOf[t + 1]);
  });
  const indexOf = (topic: string) => topicIndex.get(topic) ?? -1;
  const subscriptions = topicLists.map((list) =>
    Int32Array.from(list, indexOf)
      .filter((t) => t >= 0)
      .sort(),
  );
  const javaTopicOrder = Int32Array.from(javaHashOrder(found), (i) => indexOf(found[i] as string));
  return { topics, topicIndex, firstOf, topicOf, subscriptions, javaTopicOrder };
}
