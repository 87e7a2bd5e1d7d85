import assert from 'node:assert/strict';
import {
  type Assignment,
  formatPartition,
  type GroupMember,
  type GroupView,
} from '../core/index.ts';

/** Partition as text → members that have it. */
type Owners = ReadonlyMap<string, readonly string[]>;

/** Every member has an entry, and nobody gets a topic it does not subscribe to or a partition that does not exist. */
export function checkSubscribersOnly(group: GroupView, assignment: Assignment): void {
  const ids = new Set(group.members.map(({ id }) => id));
  assert.deepEqual(new Set(assignment.keys()), ids, 'every member has an entry, and nobody else');
  for (const { id, topics } of group.members) {
    for (const one of assignment.get(id) ?? []) {
      const name = formatPartition(one);
      assert.ok(topics.includes(one.topic), `${id} got ${name} and does not subscribe to it`);
      const count = group.partitionCounts.get(one.topic) ?? 0;
      const exists = Number.isInteger(one.partition) && one.partition >= 0 && one.partition < count;
      assert.ok(exists, `${id} got ${name}, which does not exist`);
    }
  }
}

/** Every partition with a subscriber is given out once; a cooperative one may be withheld while somebody holds it. */
export function checkExactlyOnce(
  group: GroupView,
  assignment: Assignment,
  rebalance: 'eager' | 'cooperative',
): void {
  const owners = ownersOf(assignment);
  const holders = newestClaimants(group);
  for (const partition of subscribedPartitions(group)) {
    const getters = owners.get(partition) ?? [];
    assert.ok(getters.length < 2, `${partition} was given to ${getters.join(' and ')}`);
    const mayWait = rebalance === 'cooperative' && holders.has(partition);
    assert.ok(getters.length === 1 || mayWait, `${partition} was given to nobody and is free`);
  }
}

/** Nobody gets a partition that another member holds by the newest claim on it. */
export function checkHandover(group: GroupView, assignment: Assignment): void {
  const holders = newestClaimants(group);
  for (const [partition, [getter]] of ownersOf(assignment)) {
    for (const holder of holders.get(partition) ?? []) {
      assert.equal(getter, holder, `${partition} went to ${getter} while ${holder} still owns it`);
    }
  }
}

/** Nobody has two partitions more than another subscriber of one of its topics. */
export function checkBalanced(group: GroupView, assignment: Assignment): void {
  const sizes = new Map([...assignment].map(([id, list]) => [id, list.length]));
  for (const [id, list] of assignment) {
    const topics = new Set(list.map(({ topic }) => topic));
    for (const other of group.members) {
      const shared = other.topics.find((topic) => topics.has(topic));
      const gap = list.length - (sizes.get(other.id) ?? 0);
      const message = `${id} has ${gap} partitions more than ${other.id}, which also reads ${shared}`;
      assert.ok(shared === undefined || gap < 2, message);
    }
  }
}

/**
 * In a group of equal subscriptions and honest claims: as many partitions stay with their owner as a balanced assignment
 * allows.
 */
export function checkFewestMoves(group: GroupView, assignment: Assignment): void {
  const total = subscribedPartitions(group).length;
  const floor = Math.floor(total / group.members.length);
  const extra = total % group.members.length;
  const owned = group.members.map((member) => member.owned.length);
  const above = owned.filter((count) => count > floor).length;
  const possible = owned.reduce(
    (sum, count) => sum + Math.min(count, floor),
    Math.min(extra, above),
  );
  assert.equal(keptBy(group, assignment), possible, 'partitions that stay with their owner');
}

/** How many claims are honoured. */
export function keptBy(group: GroupView, assignment: Assignment): number {
  return group.members.reduce((sum, { id, owned }) => {
    const mine = new Set((assignment.get(id) ?? []).map(formatPartition));
    return sum + owned.filter((one) => mine.has(formatPartition(one))).length;
  }, 0);
}

/** Member → its partitions as a sorted list of text, to compare assignments without order. */
export function asSets(assignment: Assignment): ReadonlyMap<string, readonly string[]> {
  return new Map([...assignment].map(([id, list]) => [id, list.map(formatPartition).sort()]));
}

function ownersOf(assignment: Assignment): Owners {
  const owners = new Map<string, string[]>();
  for (const [id, list] of assignment)
    for (const one of list) add(owners, formatPartition(one), id);
  return owners;
}

/** Of several claims on a partition those of the newest generation. */
function newestClaimants(group: GroupView): Owners {
  const claimants = new Map<string, GroupMember[]>();
  for (const member of group.members) {
    for (const partition of new Set(member.owned.map(formatPartition))) {
      add(claimants, partition, member);
    }
  }
  const newest = new Map<string, string[]>();
  for (const [partition, members] of claimants) {
    const generation = Math.max(...members.map((member) => member.generation));
    const holders = members.filter((member) => member.generation === generation);
    newest.set(
      partition,
      holders.map(({ id }) => id),
    );
  }
  return newest;
}

function subscribedPartitions(group: GroupView): string[] {
  const topics = new Set(group.members.flatMap((member) => member.topics));
  return [...group.partitionCounts].flatMap(([topic, count]) =>
    topics.has(topic)
      ? Array.from({ length: count }, (_, partition) => formatPartition({ topic, partition }))
      : [],
  );
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
