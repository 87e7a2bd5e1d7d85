import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cooperativeSticky, range, roundRobin, sticky } from '../../../src/assignors/index.ts';
import type { Assignor, GroupMember, GroupView } from '../../../src/core/index.ts';
import {
  checkBalanced,
  checkExactlyOnce,
  checkHandover,
  checkSubscribersOnly,
} from '../../../src/testing/group-laws.ts';
import { bringToRest } from '../../../src/testing/group-rounds.ts';
import { withUserData } from '../../../src/testing/random-group.ts';

const topics = ['a', 'b', 'c', 'd'];
const racks = ['x', 'y', 'z'];

const member = fc.record({
  topics: fc.uniqueArray(fc.constantFrom(...topics, 'unknown'), { maxLength: 4 }),
  owned: fc.array(
    fc.record({
      topic: fc.constantFrom(...topics, 'unknown'),
      partition: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer()),
    }),
    { maxLength: 25 },
  ),
  generation: fc.integer({ min: -1, max: 4 }),
  rack: fc.constantFrom(...racks, ''),
  garbage: fc.option(fc.uint8Array({ maxLength: 40 }), { freq: 5 }),
});

const groups = fc.record({
  drafts: fc.array(member, { minLength: 1, maxLength: 12 }),
  counts: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 4, maxLength: 4 }),
  replicas: fc.option(
    fc.array(fc.array(fc.uniqueArray(fc.constantFrom(...racks)), { maxLength: 12 }), {
      minLength: 4,
      maxLength: 4,
    }),
  ),
});

type Draft = typeof groups extends fc.Arbitrary<infer T> ? T : never;

function build(assignor: Assignor, { drafts, counts, replicas }: Draft): GroupView {
  const members = drafts.map(({ garbage, rack, ...draft }, m): GroupMember => {
    const named = { ...draft, id: `m${m}`, rack };
    if (garbage !== null && assignor.rebalance === 'eager') return { ...named, userData: garbage };
    return withUserData(assignor, named);
  });
  const partitionCounts = new Map(topics.map((topic, t) => [topic, counts[t] ?? 0]));
  if (replicas === null) return { members, partitionCounts };
  return {
    members,
    partitionCounts,
    replicaRacks: new Map(topics.map((topic, t) => [topic, replicas[t] ?? []])),
  };
}

describe.each([range, roundRobin, sticky, cooperativeSticky])('$name', (assignor) => {
  test('gives a valid assignment for whatever members claim', () => {
    fc.assert(
      fc.property(groups, (draft) => {
        const group = build(assignor, draft);
        const assignment = assignor.assign(group);
        checkSubscribersOnly(group, assignment);
        checkExactlyOnce(group, assignment, assignor.rebalance);
        if (assignor.rebalance === 'cooperative') checkHandover(group, assignment);
      }),
      { numRuns: 300 },
    );
  });
});

test.each([sticky, cooperativeSticky])('$name is balanced once at rest', (assignor) => {
  fc.assert(
    fc.property(groups, (draft) => {
      const rest = bringToRest(assignor, build(assignor, draft), 20);
      expect(rest.rounds).toBeLessThanOrEqual(draft.replicas === null ? 3 : 20);
      checkBalanced(rest.group, rest.assignment);
    }),
    { numRuns: 300 },
  );
});

test('a million hostile claims are settled in a moment', () => {
  const owned = Array.from({ length: 100_000 }, (_, i) => ({
    topic: 't',
    partition: (i * 7919) % 70_000,
  }));
  const members = Array.from({ length: 10 }, (_, m): GroupMember => {
    const draft = { id: `m${m}`, topics: m === 0 ? ['t', 'u'] : ['t'], owned, generation: m % 3 };
    return withUserData(cooperativeSticky, draft);
  });
  const group: GroupView = {
    members,
    partitionCounts: new Map([
      ['t', 60_000],
      ['u', 10],
    ]),
  };
  const start = performance.now();
  checkExactlyOnce(group, cooperativeSticky.assign(group), 'cooperative');
  expect(performance.now() - start).toBeLessThan(5_000);
});
