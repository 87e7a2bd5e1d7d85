import {
  formatPartition,
  type GroupSnapshot,
  type MemberRecord,
  type OwnershipRecord,
} from '../../../core/index.ts';

/** Times of the store may be rounded down to whole seconds, so that a difference may be too large by almost one. */
const ROUNDING_MS = 1_000;

/** An ownership, and whether its owner has to be reckoned with. */
export interface OwnershipState extends OwnershipRecord {
  /**
   * `foreign`: renewed lately by software that keeps no members here, such as a processor of an official SDK.
   * `unlisted`: its owner is of ours, but was not among the members for the first time.
   */
  readonly holder: 'nobody' | 'member' | 'foreign' | 'unlisted';
}

/** What a snapshot means. Topics are in lower case throughout. */
export interface GroupState {
  /** The store's clock when it answered. */
  readonly serverTimeMs: number;
  /** Those alive, the newest record of each, by id. */
  readonly members: readonly MemberRecord[];
  /** Records of members that are dead. */
  readonly expired: readonly MemberRecord[];
  /** By `formatPartition`. */
  readonly ownerships: ReadonlyMap<string, OwnershipState>;
  /** Per topic, the most that a member has seen: partitions are added, never removed. */
  readonly partitionCounts: ReadonlyMap<string, number>;
  /** The newest generation there is a trace of; 0 in a new group. */
  readonly generation: number;
  /** Topics with partitions of foreign owners. */
  readonly foreignTopics: ReadonlySet<string>;
  /** Ownerships whose owner is of ours, but not among the members: their etags, by `formatPartition`. */
  readonly unlisted: ReadonlyMap<string, string>;
}

export interface LivenessRules {
  /** How long after its last renewal an ownership of official software counts. */
  readonly foreignExpiryMs: number;
  /**
   * Takes every member for alive: after an outage of the store nobody could send a heartbeat, and who is back first
   * must not take the others for dead.
   */
  readonly sparesMembers: boolean;
  /**
   * As `unlisted` of the look before. A store may read members first and ownership some time later: a member that joined and
   * claimed in between seems to be none, though it is at work. With the next look it is there, or it is gone indeed.
   */
  readonly unlistedBefore: ReadonlyMap<string, string>;
}

/** Ages are differences of the store's own times, so nobody's clock matters. */
export function readGroup(snapshot: GroupSnapshot, rules: LivenessRules): GroupState {
  const newest = newestPerMember(snapshot.members);
  const ageMs = ({ modifiedMs }: { modifiedMs: number }) => snapshot.serverTimeMs - modifiedMs;
  const alive = new Set<string>();
  for (const member of newest.values())
    if (rules.sparesMembers || ageMs(member) < member.sessionTimeoutMs + ROUNDING_MS)
      alive.add(member.memberId);
  const ownerships = new Map<string, OwnershipState>();
  const foreignTopics = new Set<string>();
  const unlisted = new Map<string, string>();
  for (const record of snapshot.ownerships) {
    const { owner, generation, etag, topic } = record;
    const key = formatPartition(record);
    let holder: OwnershipState['holder'] = alive.has(owner) ? 'member' : 'nobody';
    if (owner !== '' && !newest.has(owner)) {
      if (generation !== null) {
        unlisted.set(key, etag);
        if (rules.unlistedBefore.get(key) !== etag) holder = 'unlisted';
      } else if (ageMs(record) < rules.foreignExpiryMs + ROUNDING_MS) {
        holder = 'foreign';
        foreignTopics.add(topic);
      }
    }
    ownerships.set(key, { ...record, holder });
  }
  const members = [...newest.values()].filter(({ memberId }) => alive.has(memberId));
  return {
    serverTimeMs: snapshot.serverTimeMs,
    members: members.sort((a, b) => (a.memberId < b.memberId ? -1 : 1)),
    expired: snapshot.members.filter(({ memberId }) => !alive.has(memberId)),
    ownerships,
    partitionCounts: countsOf(members),
    generation: newestGeneration(snapshot),
    foreignTopics,
    unlisted,
  };
}

/** A member has one record per topic, of which it renews one. */
function newestPerMember(records: readonly MemberRecord[]): ReadonlyMap<string, MemberRecord> {
  const newest = new Map<string, MemberRecord>();
  for (const record of records) {
    const known = newest.get(record.memberId);
    if (known === undefined || known.modifiedMs < record.modifiedMs)
      newest.set(record.memberId, record);
  }
  return newest;
}

function countsOf(members: readonly MemberRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { topics } of members)
    for (const [topic, count] of Object.entries(topics))
      counts.set(topic, Math.max(count, counts.get(topic) ?? 0));
  return counts;
}

/** Over all there is and not per partition, so that a deleted blob does not set a partition back. */
function newestGeneration({ ownerships, checkpoints }: GroupSnapshot): number {
  let newest = 0;
  for (const { generation } of [...ownerships, ...checkpoints])
    newest = Math.max(newest, generation ?? 0);
  return newest;
}
