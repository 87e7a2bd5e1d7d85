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

/**
 * Shares everything out as evenly as subscriptions allow, and lets members keep what they have as far as that allows it.
 * For equal subscriptions it gives what Kafka's `UniformAssignor` gives, up to the choice among equals.
 */
export function uniform(
  members: readonly AssignableMember[],
  counts: PartitionCounts,
): TargetAssignment {
  const loads: Load[] = members.map((member) => ({ member, set: new PartitionSet(), count: 0 }));
  const subscribers = new Map<string, Load[]>();
  const places: { topicId: string; partition: number; owner: Load | undefined }[] = [];
  for (const [topicId, count] of counts) {
    const able = loads.filter(({ member }) => member.topicIds.has(topicId));
    if (able.length === 0) continue;
    subscribers.set(topicId, able);
    for (let partition = 0; partition < count; partition++) {
      const owner = able.find(({ member }) => member.previous.has(topicId, partition));
      if (owner !== undefined) owner.count++;
      places.push({ topicId, partition, owner });
    }
  }
  // From the end: who has to give something up keeps its first partitions.
  for (let moved = true; moved; ) {
    moved = false;
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
  for (const { topicId, partition, owner } of places) owner?.set.add(topicId, partition);
  return new Map(loads.map(({ member, set }) => [member.id, set]));
}

function leastOf(loads: readonly Load[]): Load | undefined {
  let least = loads[0];
  for (const load of loads) if (least === undefined || load.count < least.count) least = load;
  return least;
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
