import {
  type Assignment,
  type GroupView,
  PartitaError,
  type TopicPartition,
} from '../../../core/index.ts';

/**
 * Makes an assignor's answer safe to send, whoever wrote the assignor: every member has an entry, gets only partitions
 * that exist, of topics it asked for, and no partition goes to two.
 *
 * A partition that another member holds while it joins is withheld for this round: its holder sees it missing, drains,
 * commits and joins again, and only then is it free (KIP-429). Cooperative assignors do that themselves, and under the eager
 * protocol nobody holds anything.
 */
export function checkedAssignment(
  assignor: string,
  group: GroupView,
  given: Assignment,
): { readonly assignment: Assignment; readonly problem?: PartitaError } {
  const holders = holdersOf(group);
  const taken = new Map<string, Set<number>>();
  const assignment = new Map<string, readonly TopicPartition[]>();
  let first: string | undefined;
  for (const member of group.members) {
    const topics = new Set(member.topics);
    const kept: TopicPartition[] = [];
    for (const { topic, partition } of given.get(member.id) ?? []) {
      const count = group.partitionCounts.get(topic) ?? 0;
      const numbers = entry(taken, topic, () => new Set<number>());
      if (!topics.has(topic) || partition < 0 || partition >= count || numbers.has(partition)) {
        first ??= `${topic}-${partition} to ${member.id}`;
        continue;
      }
      numbers.add(partition);
      const by = holders.get(topic)?.get(partition);
      if (by === undefined || by.has(member.id)) kept.push({ topic, partition });
    }
    assignment.set(member.id, kept);
  }
  return { assignment, ...(first !== undefined && { problem: invalid(assignor, first) }) };
}

/** Topic → partition → members that hold it. */
function holdersOf({ members }: GroupView): Map<string, Map<number, Set<string>>> {
  const holders = new Map<string, Map<number, Set<string>>>();
  for (const { id, owned } of members)
    for (const { topic, partition } of owned) {
      const byPartition = entry(holders, topic, () => new Map<number, Set<string>>());
      entry(byPartition, partition, () => new Set<string>()).add(id);
    }
  return holders;
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, empty: () => Value): Value {
  const present = map.get(key);
  if (present !== undefined) return present;
  const value = empty();
  map.set(key, value);
  return value;
}

function invalid(assignor: string, first: string): PartitaError {
  return new PartitaError(
    'INTERNAL',
    `Assignor ${assignor} gave ${first}: the partition does not exist, was not asked for, or was given twice. It was left out; correct the assignor.`,
    { retriable: true },
  );
}
