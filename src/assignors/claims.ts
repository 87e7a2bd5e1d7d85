import type { TopicPartition } from '../core/index.ts';
import { type GroupIndex, type IndexedMember, partitionTotal } from './group-index.ts';
import type { PackedPartitions } from './packed.ts';
import { listOf, type PartitionLists, receivers } from './partition-lists.ts';
import { readCooperativeGeneration, readStickyUserData } from './sticky-user-data.ts';

/** What a member says it has, as partitions of the group; unknown topics and numbers out of range are left out. */
export interface MemberClaims {
  readonly ids: Int32Array;
  readonly generation: number;
}

/** How a strategy finds the claims of a member. */
export type ReadClaims = (
  member: IndexedMember,
  index: GroupIndex,
  topics: TopicPlaces,
) => MemberClaims;

/** From the subscription's fields; the generation of members older than version 2 from their user data. */
export const claimsFromFields: ReadClaims = (member, index, places) => {
  const generation =
    member.generation >= 0 ? member.generation : readCooperativeGeneration(member.userData);
  return { ids: idsOfMember(member, index, places), generation };
};

/** From the subscription's fields alone, for strategies whose user data means something else. */
export const claimsWithoutUserData: ReadClaims = (member, index, places) => ({
  ids: idsOfMember(member, index, places),
  generation: member.generation,
});

/** From the user data alone: a `sticky` member gives everything up before it joins, so its fields say nothing. */
export const claimsFromUserData: ReadClaims = (member, index) => {
  if (member.userData === undefined || member.userData.length === 0) return noClaims;
  const { claims, generation } = readStickyUserData(member.userData);
  const total = claims.reduce((sum, { partitions }) => sum + partitions.length, 0);
  const ids = new Int32Array(total);
  let size = 0;
  for (const { topic, partitions } of claims) {
    const t = index.topicIndex.get(topic);
    if (t === undefined) continue;
    const first = index.firstOf[t] as number;
    const count = (index.firstOf[t + 1] as number) - first;
    for (const partition of partitions) {
      if (partition >= 0 && partition < count) ids[size++] = first + partition;
    }
  }
  return { ids: ids.subarray(0, size), generation };
};

const noClaims: MemberClaims = { ids: new Int32Array(0), generation: -1 };

function idsOfMember({ owned }: IndexedMember, index: GroupIndex, places: TopicPlaces): Int32Array {
  return 'pairs' in owned
    ? idsOfPacked(owned, index, places.of(owned.topics))
    : idsOf(owned, index);
}

function idsOf(owned: readonly TopicPartition[], index: GroupIndex): Int32Array {
  const { topics, topicIndex, firstOf } = index;
  const ids = new Int32Array(owned.length);
  let size = 0;
  let t = -1;
  for (const { topic, partition } of owned) {
    // Claims mostly come sorted: the topic is the last one or the one after it.
    if (t < 0 || topics[t] !== topic) {
      t = topics[t + 1] === topic ? t + 1 : (topicIndex.get(topic) ?? -1);
      if (t < 0) continue;
    }
    const first = firstOf[t] as number;
    const id = first + partition;
    if (id >= first && id < (firstOf[t + 1] as number)) ids[size++] = id;
  }
  return ids.subarray(0, size);
}

/** Topic numbers for lists of topics; mostly the list is that of the member before. */
class TopicPlaces {
  readonly #index: GroupIndex;
  #last: readonly string[] = [];
  #places = new Int32Array(0);

  constructor(index: GroupIndex) {
    this.#index = index;
  }

  /** For each topic its number, -1 if it has none. */
  of(topics: readonly string[]): Int32Array {
    if (topics !== this.#last) {
      this.#last = topics;
      this.#places = Int32Array.from(topics, (topic) => this.#index.topicIndex.get(topic) ?? -1);
    }
    return this.#places;
  }
}

function idsOfPacked(
  { pairs }: PackedPartitions,
  index: GroupIndex,
  topicOf: Int32Array,
): Int32Array {
  const { firstOf } = index;
  const ids = new Int32Array(pairs.length >> 1);
  let size = 0;
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const t = topicOf[pairs[i] as number] ?? -1;
    if (t < 0) continue;
    const first = firstOf[t] as number;
    const id = first + (pairs[i + 1] as number);
    if (id >= first && id < (firstOf[t + 1] as number)) ids[size++] = id;
  }
  return ids.subarray(0, size);
}

/** All claims of a group and who of several claimants is right. */
export interface Claims {
  readonly byMember: readonly MemberClaims[];
  /** Partition → the member that claims it in the newest generation, -1 if nobody does. */
  readonly holder: Int32Array;
  /** 1 where several members claim the partition in that same generation: it counts as nobody's, but is in use. */
  readonly contested: Uint8Array;
  readonly anyContested: boolean;
  /** False when nobody claims anything: a group that starts. */
  readonly any: boolean;
  readonly newestGeneration: number;
}

/**
 * Settles who holds what: the newest generation wins (KIP-341, KIP-792), whatever the order of the members. Two claims of
 * one generation void each other. Java compares with another field, and lets the order decide when that field is missing.
 */
export function settleClaims(index: GroupIndex, read: ReadClaims): Claims {
  const uniform = index.subscriptions.length === 1;
  const places = new TopicPlaces(index);
  const byMember = index.members.map((member) => read(member, index, places));
  const generations = Int32Array.from(byMember, ({ generation }) => generation);
  const holder = new Int32Array(partitionTotal(index)).fill(-1);
  const contested = new Uint8Array(holder.length);
  let anyContested = false;
  for (let member = 0; member < byMember.length; member++) {
    const { ids, generation } = byMember[member] as MemberClaims;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      const other = holder[id] as number;
      if (other < 0) holder[id] = member;
      else if (other !== member && generation === generations[other]) {
        contested[id] = 1;
        anyContested = true;
      } else if (generation > (generations[other] as number)) {
        holder[id] = member;
        // With equal subscriptions Java voids a partition for good once two older claims have met; harmless, so kept.
        if (!uniform) contested[id] = 0;
      }
    }
  }
  const newestGeneration = generations.reduce((a, b) => Math.max(a, b), -1);
  const any = byMember.some(({ ids }) => ids.length > 0);
  return { byMember, holder, contested, anyContested, any, newestGeneration };
}

/** The member a partition may stay with: its holder, unless the claim is contested. */
export function ownerOf(claims: Claims, id: number): number {
  return claims.contested[id] === 1 ? -1 : (claims.holder[id] as number);
}

/** The claims of the round after this assignment: everybody has exactly its list. */
export function claimsOfLists(index: GroupIndex, lists: PartitionLists): Claims {
  const holder = receivers(index, lists);
  return {
    byMember: index.members.map((_, member) => ({ ids: listOf(lists, member), generation: 0 })),
    holder,
    contested: new Uint8Array(holder.length),
    anyContested: false,
    any: true,
    newestGeneration: 0,
  };
}
