import { type Claims, ownerOf } from './claims.ts';
import { balance } from './general-balance.ts';
import type { GeneralState } from './general-state.ts';
import { type GroupIndex, partitionTotal } from './group-index.ts';
import { Loads } from './loads.ts';
import { Ownership } from './ownership.ts';
import type { PartitionLists } from './partition-lists.ts';
import { type Racks, racksMismatch } from './racks.ts';
import { subscribersByTopic } from './topic-subscribers.ts';

/** What the general algorithm can do beyond Java's. */
export interface GeneralOptions {
  /** Owners that are not near a replica leave their partition, as in Java, or stay. @default leave */
  readonly misplaced?: 'leave' | 'stay';
  /** Member → weight. @default all equal */
  readonly weights?: Float64Array | null;
  /** Partition → the member it goes to in any case, -1 for none. */
  readonly pins?: Int32Array;
}

/**
 * Sticky assignment when members subscribe to different topics: owners keep what they may, the rest goes to the least
 * loaded subscribers, then partitions move while a subscriber with at least two fewer could take one. Same result,
 * order included, as `GeneralAssignmentBuilder` in Java's `AbstractStickyAssignor`, except that claims on topics a
 * member no longer follows are not honoured, and that it always ends.
 */
export function assignGeneral(
  index: GroupIndex,
  claims: Claims,
  racks: Racks | null,
  options: GeneralOptions = {},
): PartitionLists {
  const subscribers = subscribersByTopic(index, Int32Array.from(index.members.keys()));
  const loads = new Loads(index, subscribers, options.weights ?? null);
  const ownership = new Ownership(partitionTotal(index), loads);
  const state: GeneralState = { index, subscribers, loads, ownership, claims, racks };
  const revoked = keepOwned(state, options);
  const topics = inOrderOfChoice(state);
  const open = openIn(state, topics);
  const initial = loads.of.every((load) => load === 0);
  handOut(state, open);
  balance(state, { topics, open, initial, revoked, pins: options.pins ?? null });
  return ownership.lists(index);
}

/** Returns true if somebody has to give something up whatever comes: its topic or its rack does not fit any more. */
function keepOwned(
  { index, claims, racks, ownership }: GeneralState,
  { misplaced = 'leave', pins }: GeneralOptions,
): boolean {
  const { topicOf } = index;
  /** Topic → the member looked at last that subscribes to it. */
  const reader = new Int32Array(index.topics.length).fill(-1);
  let revoked = false;
  for (let id = 0; pins !== undefined && id < pins.length; id++) {
    if ((pins[id] as number) >= 0) ownership.give(id, pins[id] as number);
  }
  for (let member = 0; member < claims.byMember.length; member++) {
    const { ids } = claims.byMember[member] as { ids: Int32Array };
    if (ids.length === 0) continue;
    const topics = index.subscriptions[index.subscriptionOf[member] as number] as Int32Array;
    for (const topic of topics) reader[topic] = member;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      if (ownerOf(claims, id) !== member || (ownership.owner[id] as number) >= 0) continue;
      const mayLeave = misplaced === 'leave' && racks !== null;
      const mismatch = mayLeave && racksMismatch(racks, member, id);
      if (mismatch || reader[topicOf[id] as number] !== member) revoked = true;
      else ownership.give(id, member);
    }
  }
  return revoked;
}

/** Topics with the fewest subscribers first: they have the least choice. */
function inOrderOfChoice({ index, subscribers }: GeneralState): Int32Array {
  const choice = (topic: number) =>
    (subscribers.pools[subscribers.poolOf[topic] as number] as Int32Array).length;
  return Int32Array.from(index.topics.keys()).sort((a, b) => choice(a) - choice(b) || a - b);
}

/** Partitions that nobody has, topic by topic. */
function openIn({ index, ownership }: GeneralState, topics: Int32Array): Int32Array {
  const open = new Int32Array(ownership.owner.length);
  let size = 0;
  for (const topic of topics) {
    const end = index.firstOf[topic + 1] as number;
    for (let id = index.firstOf[topic] as number; id < end; id++) {
      if ((ownership.owner[id] as number) < 0) open[size++] = id;
    }
  }
  return open.subarray(0, size);
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
  for (let i = 0; i < rest.length; i++) {
    const id = rest[i] as number;
    ownership.give(id, loads.least(poolOf(id)));
  }
}
