import type { PackedAssignment, PackedGroup, PackedMember } from '../../src/assignors/index.ts';
import { unpack } from '../../src/assignors/index.ts';
import { javaStringHash } from '../../src/assignors/java-hash-order.ts';
import type { GroupView } from '../../src/core/index.ts';

/**
 * - `uniform`: all members follow all topics.
 * - `one`: the last member follows one topic only, the others all.
 * - `buckets`: members follow the first fifth of the topics, two fifths, … all.
 * - `half`: every member follows half of the topics, drawn at random.
 */
export type Kind = 'uniform' | 'one' | 'buckets' | 'half';

/** The size of a group. JavaAssignors.java makes the same groups. */
export interface Size {
  readonly kind: Kind;
  readonly topics: number;
  readonly partitions: number;
  readonly members: number;
}

export type Step = 'first' | 'join' | 'leave';

const nothing = { topics: [], pairs: new Int32Array(0) };

/** A group that starts, without the member that joins later. */
export function firstGroup(size: Size): PackedGroup {
  return {
    ...everybody(size),
    members: everybody(size).members.filter((_, m) => m !== joinerOf(size)),
  };
}

/** The groups after a first assignment: one member more, one less. */
export function laterGroup(
  size: Size,
  step: 'join' | 'leave',
  first: PackedAssignment,
): PackedGroup {
  const all = everybody(size);
  const joiner = joinerOf(size);
  const members = all.members.map((member, m) =>
    m === joiner ? member : { ...member, owned: first.get(member.id) ?? nothing, generation: 1 },
  );
  const stays = (m: number) => step === 'join' || (m !== joiner && m !== 0);
  return { ...all, members: members.filter((_, m) => stays(m)) };
}

/** The same group with one object per claimed partition. */
export function withObjects(group: PackedGroup): GroupView {
  return { ...group, members: group.members.map((m) => ({ ...m, owned: unpack(m.owned) })) };
}

/** Over all lists, members sorted by id: equal for equal assignments in equal order. */
export function digestOf(assignment: PackedAssignment): number {
  let digest = 0;
  for (const [, { topics, pairs }] of [...assignment].sort(([a], [b]) => (a < b ? -1 : 1))) {
    digest = (Math.imul(31, digest) + 7) | 0;
    const hashes = topics.map(javaStringHash);
    for (let i = 0; i < pairs.length; i += 2) {
      digest = (Math.imul(31, digest) + (hashes[pairs[i] as number] as number)) | 0;
      digest = (Math.imul(31, digest) + (pairs[i + 1] as number)) | 0;
    }
  }
  return digest;
}

function joinerOf({ members }: Size): number {
  return Math.floor((members + 1) / 2);
}

function everybody({ kind, topics: count, partitions, members: memberCount }: Size): PackedGroup {
  const topics = Array.from({ length: count }, (_, t) => `topic-${String(t).padStart(4, '0')}`);
  let seed = 7;
  const coin = () => {
    seed = (seed * 48271) % 2147483647;
    return seed * 2 < 2147483647;
  };
  const topicsOf: Record<Kind, (m: number) => string[]> = {
    uniform: () => topics,
    one: (m) => (m === memberCount ? topics.slice(0, 1) : topics),
    buckets: (m) => topics.slice(0, Math.floor((count * (1 + (m % 5)) + 4) / 5)),
    half: () => topics.filter(coin),
  };
  const members = Array.from({ length: memberCount + 1 }, (_, m): PackedMember => {
    const id = `member-${m}-${((m * 2654435761) % 4294967296).toString(16)}`;
    return { id, topics: topicsOf[kind](m), owned: nothing, generation: -1 };
  });
  return { members, partitionCounts: new Map(topics.map((topic) => [topic, partitions])) };
}
