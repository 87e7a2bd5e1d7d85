import { describe, expect, it } from 'vitest';
import { mixedPlan } from '../../../../../src/backends/eventhubs/coordinator/mixed-plan.ts';
import { seededRandom } from '../../../../../src/testing/index.ts';

type Owners = (string | null)[];

/** One round of an official processor: by count, at most one claim, from whoever has most. */
function officialRound(id: string, owners: Owners, random: () => number): void {
  const ids = new Set([id, ...owners.filter((owner) => owner !== null)]);
  const count = (of: string) => owners.filter((owner) => owner === of).length;
  const least = Math.floor(owners.length / ids.size);
  const odd = owners.length % ids.size;
  const above = [...ids].filter((each) => each !== id && count(each) > least).length;
  const mine = count(id);
  if (mine > least || (mine === least && above >= odd)) return;
  const free = owners.flatMap((owner, i) => (owner === null ? [i] : []));
  const most = [...ids].sort((a, b) => count(b) - count(a))[0] ?? id;
  const rich = owners.flatMap((owner, i) => (owner === most ? [i] : []));
  const choice = free.length > 0 ? free : count(most) > mine + 1 || mine < least ? rich : [];
  const taken = choice[Math.floor(random() * choice.length)];
  if (taken !== undefined && most !== id) owners[taken] = id;
  else if (free.length > 0 && taken !== undefined) owners[taken] = id;
}

function ourRound(id: string, members: readonly string[], owners: Owners): void {
  const held = new Set(owners.flatMap((owner, i) => (owner === id ? [i] : [])));
  const { release, claim, steal } = mixedPlan({ self: id, members, owners, held });
  for (const partition of release) owners[partition] = null;
  for (const partition of [...claim, ...steal]) owners[partition] = id;
}

describe('the plan for a hub shared with official processors', () => {
  const seeds = Array.from({ length: 300 }, (_, i) => i + 1);

  it('comes to rest with even counts, whoever began with what', () => {
    for (const seed of seeds) {
      const random = seededRandom(seed);
      const pick = (n: number) => Math.floor(random() * n);
      const ours = Array.from({ length: 1 + pick(4) }, (_, i) => `m${i}`);
      const theirs = Array.from({ length: 1 + pick(4) }, (_, i) => `o${i}`);
      const everybody: (string | null)[] = [...ours, ...theirs, null];
      const owners: Owners = Array.from({ length: 1 + pick(32) }, () => {
        return everybody[pick(everybody.length)] ?? null;
      });
      const all = [...ours, ...theirs];
      for (let round = 0; round < 80; round++)
        for (const id of all.toSorted(() => random() - 0.5))
          if (ours.includes(id)) ourRound(id, ours, owners);
          else officialRound(id, owners, random);
      const before = owners.join();
      for (const id of all)
        if (ours.includes(id)) ourRound(id, ours, owners);
        else officialRound(id, owners, random);
      expect(owners.join(), `seed ${seed}`).toBe(before);
      expect(owners, `seed ${seed}`).not.toContain(null);
      if (owners.length < all.length) continue;
      const counts = all.map((id) => owners.filter((owner) => owner === id).length);
      expect(Math.max(...counts) - Math.min(...counts), `seed ${seed}`).toBeLessThanOrEqual(1);
    }
  });

  it('takes one partition at a time from official processors, each member another', () => {
    const owners = Array.from({ length: 9 }, () => 'o');
    const plan = (self: string) =>
      mixedPlan({ self, members: ['a', 'b'], owners, held: new Set() });
    expect(plan('a')).toEqual({ release: [], claim: [], steal: [0] });
    expect(plan('b')).toEqual({ release: [], claim: [], steal: [1] });
  });

  it('does not steal while there is something free, or one of ours has too much', () => {
    const free = ['o', 'o', 'o', null];
    expect(mixedPlan({ self: 'a', members: ['a'], owners: free, held: new Set() })).toEqual({
      release: [],
      claim: [3],
      steal: [],
    });
    const ours = ['b', 'b', 'b', 'b', 'o', 'o'];
    expect(
      mixedPlan({ self: 'a', members: ['a', 'b'], owners: ours, held: new Set() }).steal,
    ).toEqual([]);
  });
});
