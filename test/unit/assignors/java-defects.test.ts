import { describe, expect, test } from 'vitest';
import { assignorByName, cooperativeSticky, sticky } from '../../../src/assignors/index.ts';
import type { Assignment, GroupMember, GroupView } from '../../../src/core/index.ts';
import {
  asSets,
  checkBalanced,
  checkExactlyOnce,
  checkHandover,
  checkSubscribersOnly,
} from '../../../src/testing/group-laws.ts';
import { bringToRest } from '../../../src/testing/group-rounds.ts';
import { withUserData } from '../../../src/testing/random-group.ts';

// Inputs on which the Java assignors (trunk of 2024, 4.1.0) loop, throw or give invalid results.

interface Claim {
  readonly topics: string;
  /** Like `t0-1 t0-2`. */
  readonly owns?: string;
  readonly generation?: number;
  readonly rack?: string;
}

const words = (text: string) => text.split(' ').filter((word) => word !== '');

function group(
  assignorName: string,
  counts: Record<string, number>,
  claims: Record<string, Claim>,
): GroupView {
  const members = Object.entries(claims).map(([id, { topics, owns = '', generation, rack }]) => {
    const owned = words(owns).map((word) => {
      const dash = word.lastIndexOf('-');
      return { topic: word.slice(0, dash), partition: Number(word.slice(dash + 1)) };
    });
    const member: GroupMember = {
      id,
      topics: words(topics),
      owned,
      generation: generation ?? (owned.length === 0 ? -1 : 5),
      ...(rack === undefined ? {} : { rack }),
    };
    return withUserData(assignorByName(assignorName), member);
  });
  return { members, partitionCounts: new Map(Object.entries(counts)) };
}

const listed = (assignment: Assignment) => Object.fromEntries(asSets(assignment));

function checkValid(name: string, view: GroupView): Assignment {
  const assignor = assignorByName(name);
  const assignment = assignor.assign(view);
  checkSubscribersOnly(view, assignment);
  checkExactlyOnce(view, assignment, assignor.rebalance);
  if (assignor.rebalance === 'cooperative') checkHandover(view, assignment);
  const rest = bringToRest(assignor, view, 3);
  expect(rest.rounds).toBeLessThanOrEqual(3);
  checkBalanced(rest.group, rest.assignment);
  return assignment;
}

describe.each(['sticky', 'cooperative-sticky'])('%s', (name) => {
  test('U1: ends where Java moves two partitions to and fro for ever', () => {
    const view = group(
      name,
      { t0: 6, t1: 2, t2: 11 },
      {
        c0: { topics: 't0 t1 t2', owns: 't1-0 t0-5' },
        c1: { topics: 't2' },
        c2: { topics: 't0' },
        c3: { topics: 't0 t1', owns: 't1-1 t0-0 t0-1 t0-2 t0-3 t0-4' },
        c4: { topics: 't0' },
        c5: { topics: 't1 t2' },
      },
    );
    checkValid(name, view);
  });

  test('U2: returns no partition to a member that left its topic', () => {
    const view = group(
      name,
      { t0: 3, t1: 1 },
      {
        c1: { topics: 't1', owns: 't0-0', generation: 4 },
        c2: { topics: 't0', owns: 't0-0 t0-1 t0-2' },
        c3: { topics: 't0 t1', owns: 't1-0' },
      },
    );
    expect(listed(checkValid(name, view)).c1).not.toContain('t0-0');
  });

  test('U4: takes an old claim of a member that cannot take part in balancing', () => {
    const view = group(
      name,
      { t0: 4, t1: 1 },
      {
        c1: { topics: 't1', owns: 't1-0 t0-0', generation: 4 },
        c2: { topics: 't0', owns: 't0-0 t0-1 t0-2 t0-3' },
        c3: { topics: 't0' },
      },
    );
    expect(listed(checkValid(name, view)).c1).toEqual(['t1-0']);
  });

  test.each(['c1 c2', 'c2 c1'])(
    'U6: gives nothing to a member without topics, members %s',
    (order) => {
      const view = group(name, { t0: 3 }, { c1: { topics: '' }, c2: { topics: 't0' } });
      const members = words(order).map(
        (id) => view.members.find((m) => m.id === id) as GroupMember,
      );
      expect(listed(checkValid(name, { ...view, members }))).toEqual({
        c1: [],
        c2: ['t0-0', 't0-1', 't0-2'],
      });
    },
  );

  test('takes claims beyond the end of a topic that was made anew with fewer partitions', () => {
    const view = group(
      name,
      { t0: 3, t1: 2 },
      {
        c1: { topics: 't0 t1', owns: 't0-0 t0-7 t0-1' },
        c2: { topics: 't0', owns: 't0-5 t0-2' },
      },
    );
    expect(listed(checkValid(name, view)).c2).toContain('t0-2');
  });
});

test('U3: takes a partition from its owner before an older claimant of it gets it back', () => {
  const view = group(
    'cooperative-sticky',
    { t0: 4, t1: 1 },
    {
      c1: { topics: 't0 t1', owns: 't0-0 t0-1', generation: 4 },
      c2: { topics: 't0', owns: 't0-0 t0-1 t0-2 t0-3' },
      c3: { topics: 't1', owns: 't1-0' },
    },
  );
  const first = checkValid('cooperative-sticky', view);
  expect(listed(first)).toEqual({ c1: [], c2: ['t0-2', 't0-3'], c3: ['t1-0'] });
  expect(listed(bringToRest(cooperativeSticky, view, 3).assignment).c1).toEqual(['t0-0', 't0-1']);
});

test('U3: does the same when the topics are the same for all', () => {
  const view = group(
    'cooperative-sticky',
    { t0: 4 },
    {
      c1: { topics: 't0', owns: 't0-0 t0-1', generation: 4 },
      c2: { topics: 't0', owns: 't0-0 t0-1 t0-2 t0-3' },
    },
  );
  expect(listed(checkValid('cooperative-sticky', view))).toEqual({ c1: [], c2: ['t0-0', 't0-1'] });
});

test.each(['c1 c2 c3', 'c3 c2 c1', 'c2 c1 c3'])(
  'U5: the newest generation wins where only user data names it, members %s',
  (order) => {
    const view = group(
      'sticky',
      { t0: 2, t1: 2 },
      {
        c1: { topics: 't0 t1', owns: 't0-0 t0-1', generation: 9 },
        c2: { topics: 't0 t1', owns: 't0-0 t0-1', generation: 3 },
        c3: { topics: 't1' },
      },
    );
    const members = words(order).map((id) => {
      const member = view.members.find((m) => m.id === id) as GroupMember;
      return { ...member, owned: [], generation: -1 };
    });
    expect(listed(sticky.assign({ ...view, members })).c1).toEqual(['t0-0', 't0-1']);
  },
);

test('U7: comes to rest where Java takes misplaced partitions away and puts them back for ever', () => {
  const plain = group(
    'cooperative-sticky',
    { t0: 8, t1: 5, t2: 7 },
    {
      c0: { topics: 't1 t2', owns: 't1-2', rack: 'a' },
      c1: { topics: 't0 t1', owns: 't0-0 t1-0 t1-1', rack: 'c' },
      c2: { topics: 't0 t2', owns: 't0-7 t2-3 t2-5', rack: 'a' },
      c3: { topics: 't0 t1 t2', owns: 't0-5 t2-1', rack: 'c' },
    },
  );
  const racks = (letters: string) => [...letters].map((letter) => [letter]);
  const view: GroupView = {
    ...plain,
    replicaRacks: new Map([
      ['t0', racks('cccccabc')],
      ['t1', racks('cacbb')],
      ['t2', racks('cbccccb')],
    ]),
  };
  const { rounds, group: last, assignment } = bringToRest(cooperativeSticky, view, 20);
  expect(rounds).toBeLessThanOrEqual(20);
  checkBalanced(last, assignment);
});
