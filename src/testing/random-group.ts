import type { Assignor, GroupMember, GroupView, Random, TopicPartition } from '../core/index.ts';

/** What kind of group to make. */
export interface GroupShape {
  /** All members subscribe to all topics. */
  readonly uniform?: boolean;
  readonly racks?: boolean;
  /** How many times larger than usual: up to five topics and nine members. @default 1 */
  readonly scale?: number;
  /**
   * - `none`: a group that starts.
   * - `honest`: no two members claim the same, all of one generation, only what they subscribe to.
   * - `hostile`: several claimants, old generations, foreign and unknown topics, numbers out of range, repetitions, damaged
   *   user data.
   */
  readonly claims?: 'none' | 'honest' | 'hostile';
}

/** A small random group, with the user data that the assignor would send for each member. */
export function randomGroup(random: Random, assignor: Assignor, shape: GroupShape): GroupView {
  const int = (below: number) => Math.floor(random() * below);
  const scale = shape.scale ?? 1;
  const partitionCounts = new Map(
    Array.from({ length: 1 + int(5 * scale) }, (_, t): [string, number] => [
      `topic-${t}`,
      1 + int(9),
    ]),
  );
  const topics = [...partitionCounts.keys()];
  const some = () => topics.filter(() => random() < 0.5);
  const racks = ['north', 'south', 'west'].slice(0, 2 + int(2));
  const rack = () => racks[int(racks.length)] as string;
  const drafts = Array.from({ length: 1 + int(9 * scale) }, (_, m): GroupMember => {
    const id = `member-${m}-${int(0x7fffffff).toString(36)}`;
    return {
      id,
      topics: shape.uniform === true ? topics : some(),
      owned: [],
      generation: -1,
      ...(random() < 0.2 ? { instanceId: `static-${m}` } : {}),
      ...(shape.racks === true && random() < 0.9 ? { rack: rack() } : {}),
    };
  });
  const claims = shape.claims ?? 'none';
  const claiming =
    claims === 'none'
      ? drafts
      : claims === 'honest'
        ? honest(drafts, partitionCounts, random)
        : drafts.map((member) => hostile(member, partitionCounts, random));
  const members = claiming.map((member) => withUserData(assignor, member));
  if (claims === 'hostile' && random() < 0.3) damage(members, int);
  if (shape.racks !== true) return { members, partitionCounts };
  const replicaRacks = new Map(
    topics.map((topic) => {
      const count = partitionCounts.get(topic) as number;
      return [topic, Array.from({ length: count }, () => [...new Set([rack(), rack()])])];
    }),
  );
  return { members, partitionCounts, replicaRacks };
}

/** The member as it joins: with what this assignor sends along. */
export function withUserData(assignor: Assignor, member: GroupMember): GroupMember {
  const userData = assignor.userData?.(member) ?? undefined;
  const { userData: _, ...rest } = member;
  return userData === undefined ? rest : { ...rest, userData };
}

function honest(
  members: readonly GroupMember[],
  partitionCounts: ReadonlyMap<string, number>,
  random: Random,
): GroupMember[] {
  const owned = members.map((): TopicPartition[] => []);
  for (const [topic, count] of partitionCounts) {
    const places = members.flatMap(({ topics }, m) => (topics.includes(topic) ? [m] : []));
    for (let partition = 0; partition < count; partition++) {
      const place = places[Math.floor(random() * places.length)];
      if (place !== undefined && random() < 0.85) owned[place]?.push({ topic, partition });
    }
  }
  return members.map((member, m) => ({ ...member, owned: owned[m] ?? [], generation: 5 }));
}

function hostile(
  member: GroupMember,
  partitionCounts: ReadonlyMap<string, number>,
  random: Random,
): GroupMember {
  const topics = [...partitionCounts.keys(), 'unknown'];
  const owned = Array.from({ length: Math.floor(random() * 15) }, (): TopicPartition => {
    const topic = topics[Math.floor(random() * topics.length)] as string;
    const count = partitionCounts.get(topic) ?? 3;
    return { topic, partition: Math.floor(random() * (count + 4)) - 2 };
  });
  const repeated = random() < 0.3 ? [...owned, ...owned.slice(0, 3)] : owned;
  return { ...member, owned: repeated, generation: 2 + Math.floor(random() * 4) };
}

function damage(members: GroupMember[], int: (below: number) => number): void {
  const place = int(members.length);
  const member = members[place] as GroupMember;
  const userData = Uint8Array.from({ length: int(20) }, () => int(256));
  members[place] = { ...member, userData, generation: 0 };
}
