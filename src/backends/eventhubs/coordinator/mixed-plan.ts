/**
 * Who gets how much of a topic that is shared with official processors. They balance by count and know a member only by what
 * it owns, so the only plan they leave in peace is an even one; which partitions these are is free.
 */
export interface MixedInput {
  readonly self: string;
  /** Our members that read the topic, by id. */
  readonly members: readonly string[];
  /** Owner of each partition, members and foreign ones; null for partitions that are free. */
  readonly owners: readonly (string | null)[];
  /** Partitions that we have and are not giving up. */
  readonly held: ReadonlySet<number>;
}

export interface MixedPlan {
  readonly release: readonly number[];
  readonly claim: readonly number[];
  /** To be taken from a foreign owner that has more than its share and does not know that it should give. */
  readonly steal: readonly number[];
}

export function mixedPlan({ self, members, owners, held }: MixedInput): MixedPlan {
  const counts = countByOwner(owners, members);
  const shares = fairShares(counts, owners.length);
  const share = shares.get(self) ?? 0;
  const release = [...held].sort((a, b) => a - b).slice(share);
  const free = owners.flatMap((owner, partition) => (owner === null ? [partition] : []));
  const missing = (id: string) => Math.max(0, (shares.get(id) ?? 0) - (counts.get(id) ?? 0));
  let taken = 0;
  let claim: readonly number[] = [];
  let place = 0;
  for (const id of members) {
    if (missing(id) === 0) continue;
    if (id === self) claim = free.slice(taken, taken + missing(id));
    else if (members.indexOf(id) < members.indexOf(self)) place++;
    taken += missing(id);
  }
  const wantsMore = members.includes(self) && claim.length < missing(self);
  const oursWillGive = members.some((id) => (counts.get(id) ?? 0) > (shares.get(id) ?? 0));
  if (!wantsMore || free.length > 0 || oursWillGive) return { release, claim, steal: [] };
  return { release, claim, steal: chooseStolen(owners, { counts, shares, members, place }) };
}

/** One at a time, as official processors do; each of our members another one. */
function chooseStolen(
  owners: readonly (string | null)[],
  context: {
    readonly counts: ReadonlyMap<string, number>;
    readonly shares: ReadonlyMap<string, number>;
    readonly members: readonly string[];
    readonly place: number;
  },
): readonly number[] {
  const { counts, shares, members, place } = context;
  const surplus = new Map([...counts].map(([id, count]) => [id, count - (shares.get(id) ?? 0)]));
  const offered: number[] = [];
  owners.forEach((owner, partition) => {
    if (owner === null || members.includes(owner) || (surplus.get(owner) ?? 0) <= 0) return;
    surplus.set(owner, (surplus.get(owner) ?? 0) - 1);
    offered.push(partition);
  });
  return offered.slice(place, place + 1);
}

function countByOwner(
  owners: readonly (string | null)[],
  members: readonly string[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>(members.map((id) => [id, 0]));
  for (const owner of owners) if (owner !== null) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}

/** Equal counts; the odd ones go to who has most already, so that nothing moves for them. */
function fairShares(
  counts: ReadonlyMap<string, number>,
  partitions: number,
): ReadonlyMap<string, number> {
  const ranked = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const least = Math.floor(partitions / ranked.length);
  const odd = partitions % ranked.length;
  return new Map(ranked.map(([id], rank) => [id, least + (rank < odd ? 1 : 0)]));
}
