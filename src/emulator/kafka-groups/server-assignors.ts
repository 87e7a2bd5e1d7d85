import { PartitionSet } from './partition-set.ts';

/** What an assignor of the coordinator knows of a member. */
export interface AssignableMember {
  readonly id: string;
  /** What goes before the id when members are put in order. */
  readonly instanceId: string | null;
  /** Ids of the topics it is subscribed to; those that exist. */
  readonly topicIds: ReadonlySet<string>;
  /** What it was given the last time. */
  readonly previous: PartitionSet;
}

export type PartitionCounts = ReadonlyMap<string, number>;
export type TargetAssignment = Map<string, PartitionSet>;
type ServerAssignor = (
  members: readonly AssignableMember[],
  counts: PartitionCounts,
) => TargetAssignment;

/** The assignors that members may ask for; the first is taken when none does (KIP-848). */
export const serverAssignors: Readonly<Record<string, ServerAssignor>> = { uniform, range };
export const DEFAULT_ASSIGNOR = 'uniform';

interface Load {
  readonly member: AssignableMember;
  readonly set: PartitionSet;
  count: number;
}

interface Place {
  readonly topicId: string;
  readonly partition: number;
  owner: Load | undefined;
}

/**
 * Shares everything out as evenly as subscriptions allow, and lets members keep what they have as far as that allows it.
 * For equal subscriptions it gives what Kafka's `UniformAssignor` gives, up to the choice among equals.
 */
export function uniform(
  members: readonly AssignableMember[],
  counts: PartitionCounts,
): TargetAssignment {
  const loads: Load[] = members.map((member) => ({ member, set: new PartitionSet(), count: 0 }));
  const places = keptPlaces(loads, counts);
  const [first] = members;
  const equal = members.every(({ topicIds }) => sameTopics(topicIds, first?.topicIds));
  if (equal) fillToQuota(places, loads);
  else balance(places, loads);
  for (const { topicId, partition, owner } of places) owner?.set.add(topicId, partition);
  return new Map(loads.map(({ member, set }) => [member.id, set]));
}

/** All partitions that somebody is subscribed to, with those who had them and may go on having them. */
function keptPlaces(loads: readonly Load[], counts: PartitionCounts): readonly Place[] {
  const keepers = new Map<string, Map<number, Load>>();
  for (const load of loads)
    for (const [topicId, partition] of load.member.previous) {
      const of = keepers.get(topicId) ?? new Map<number, Load>();
      keepers.set(topicId, of.set(partition, load));
    }
  const places: Place[] = [];
  for (const [topicId, count] of counts) {
    if (!loads.some(({ member }) => member.topicIds.has(topicId))) continue;
    for (let partition = 0; partition < count; partition++) {
      const keeper = keepers.get(topicId)?.get(partition);
      const owner = keeper?.member.topicIds.has(topicId) ? keeper : undefined;
      if (owner !== undefined) owner.count++;
      places.push({ topicId, partition, owner });
    }
  }
  return places;
}

/** Where all may have all: who has more than its share keeps its first partitions. */
function fillToQuota(places: readonly Place[], loads: readonly Load[]): void {
  const quota = Math.floor(places.length / loads.length);
  let extras = places.length % loads.length;
  const rooms = new Map<Load, number>();
  for (const load of [...loads].sort((one, other) => other.count - one.count)) {
    rooms.set(load, quota + (extras > 0 ? 1 : 0));
    extras--;
  }
  for (const place of places) {
    const room = place.owner && rooms.get(place.owner);
    if (room === undefined) continue;
    if (room === 0) place.owner = undefined;
    else if (place.owner !== undefined) rooms.set(place.owner, room - 1);
  }
  const waiting = [...rooms].filter(([, room]) => room > 0);
  for (const place of places) {
    if (place.owner !== undefined) continue;
    const next = waiting.at(-1);
    if (next === undefined) return;
    place.owner = next[0];
    next[1]--;
    if (next[1] === 0) waiting.pop();
  }
}

/** Where subscriptions differ: from the most to the least loaded, as long as that makes them more even. */
function balance(places: readonly Place[], loads: readonly Load[]): void {
  const subscribers = new Map<string, readonly Load[]>();
  for (const { topicId } of places)
    if (!subscribers.has(topicId))
      subscribers.set(
        topicId,
        loads.filter(({ member }) => member.topicIds.has(topicId)),
      );
  for (let moved = true; moved; ) {
    moved = false;
    // From the end: who has to give something up keeps its first partitions.
    for (const place of [...places].reverse()) {
      const { owner } = place;
      const heir = leastOf(subscribers.get(place.topicId) ?? []);
      if (heir === undefined || (owner !== undefined && heir.count + 1 >= owner.count)) continue;
      if (owner !== undefined) owner.count--;
      heir.count++;
      place.owner = heir;
      moved = true;
    }
  }
}

function leastOf(loads: readonly Load[]): Load | undefined {
  let least = loads[0];
  for (const load of loads) if (least === undefined || load.count < least.count) least = load;
  return least;
}

function sameTopics(one: ReadonlySet<string>, other: ReadonlySet<string> | undefined): boolean {
  return one.size === other?.size && [...one].every((topicId) => other.has(topicId));
}

/** Gives each subscriber of a topic one run of its partitions, in the order of names; the first get one more. */
export function range(
  members: readonly AssignableMember[],
  counts: PartitionCounts,
): TargetAssignment {
  const target: TargetAssignment = new Map(members.map(({ id }) => [id, new PartitionSet()]));
  const inOrder = [...members].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  for (const [topicId, count] of counts) {
    const able = inOrder.filter(({ topicIds }) => topicIds.has(topicId));
    let next = 0;
    for (const [at, { id }] of able.entries()) {
      const share = Math.floor(count / able.length) + (at < count % able.length ? 1 : 0);
      for (const end = next + share; next < end; next++) target.get(id)?.add(topicId, next);
    }
  }
  return target;
}

function nameOf({ id, instanceId }: AssignableMember): string {
  return instanceId ?? id;
}
