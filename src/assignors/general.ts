import { type Claims, ownerOf } from './claims.ts';
import { balance } from './general-balance.ts';
import type { GeneralState } from './general-state.ts';
import { type GroupIndex, partitionTotal } from './group-index.ts';
import { Loads } from './loads.ts';
import { Ownership } from './ownership.ts';
import type { PartitionLists } from './partition-lists.ts';
import { type Racks, racksMismatch } from './racks.ts';
import { subscribersByTopic, subscribes } from './topic-subscribers.ts';

/**
 * Sticky assignment when members subscribe to different topics: owners keep what they may, the rest goes to the least
 * loaded subscribers, then partitions move while a subscriber with at least two fewer could take one. Same result,
 * order included, as `GeneralAssignmentBuilder` in Java's `AbstractStickyAssignor`, except that claims on topics a
 * member no longer follows are not honoured, and that it always ends. Owners that are not near a replica `leave` their
 * partition, as in Java, or `stay`.
 */
export function assignGeneral(
  index: GroupIndex,
  claims: Claims,
  racks: Racks | null,
  misplaced: 'leave' | 'stay' = 'leave',
): PartitionLists {
  const subscribers = subscribersByTopic(index, Int32Array.from(index.members.keys()));
  const loads = new Loads(index, subscribers, new Int32Array(index.members.length));
  const ownership = new Ownership(partitionTotal(index), loads);
  const state: GeneralState = { index, subscribers, loads, ownership, claims, racks };
  const revoked = keepOwned(state, misplaced);
  const all = inOrderOfChoice(state);
  const open = all.filter((id) => (ownership.owner[id] as number) < 0);
  const initial = loads.of.every((load) => load === 0);
  handOut(state, open);
  balance(state, { all, open, initial, revoked });
  return ownership.lists(index);
}

/** Returns true if somebody has to give something up whatever comes: its topic or its rack does not fit any more. */
function keepOwned(
  { index, claims, racks, ownership }: GeneralState,
  misplaced: 'leave' | 'stay',
): boolean {
  let revoked = false;
  claims.byMember.forEach(({ ids }, member) => {
    for (const id of ids) {
      if (ownerOf(claims, id) !== member || ownership.owner[id] === member) continue;
      const mismatch = misplaced === 'leave' && racks !== null && racksMismatch(racks, member, id);
      if (mismatch || !subscribes(index, member, id)) revoked = true;
      else ownership.give(id, member);
    }
  });
  return revoked;
}

/** Partitions of the topics with the fewest subscribers first: they have the least choice. */
function inOrderOfChoice({ index, subscribers }: GeneralState): Int32Array {
  const choice = (topic: number) =>
    (subscribers.pools[subscribers.poolOf[topic] as number] as Int32Array).length;
  const topics = [...index.topics.keys()].sort((a, b) => choice(a) - choice(b) || a - b);
  const ids = new Int32Array(partitionTotal(index));
  let size = 0;
  for (const topic of topics) {
    const end = index.firstOf[topic + 1] as number;
    for (let id = index.firstOf[topic] as number; id < end; id++) ids[size++] = id;
  }
  return ids;
}

/** Gives partitions to the least loaded subscriber; with racks first to the least loaded near a replica. */
function handOut(state: GeneralState, open: Int32Array): void {
  const { index, subscribers, loads, ownership, racks } = state;
  const poolOf = (id: number) => subscribers.poolOf[index.topicOf[id] as number] as number;
  let rest = open;
  if (racks !== null) {
    rest = open.filter((id) => {
      const member = loads.leastNear(poolOf(id), racks.setOf[id] as number, racks);
      if (member >= 0) ownership.give(id, member);
      return member < 0;
    });
  }
  for (const id of rest) ownership.give(id, loads.least(poolOf(id)));
}
