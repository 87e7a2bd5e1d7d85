import { describe, expect, test } from 'vitest';
import {
  cooperativeSticky,
  plan,
  planTable,
  range,
  roundRobin,
  sticky,
} from '../../../src/assignors/index.ts';
import type { Assignor, GroupMember, GroupView } from '../../../src/core/index.ts';
import { checkExactlyOnce } from '../../../src/testing/group-laws.ts';
import { seededRandom } from '../../../src/testing/index.ts';
import { randomGroup } from '../../../src/testing/random-group.ts';

const member = (id: string, topics = ['orders']): GroupMember => ({
  id,
  topics,
  owned: [],
  generation: -1,
});

/** A group that this assignor has assigned once. */
function running(assignor: Assignor, ids: string[], counts: Record<string, number>): GroupView {
  const topics = Object.keys(counts);
  const start = {
    members: ids.map((id) => member(id, topics)),
    partitionCounts: new Map(Object.entries(counts)),
  };
  const { assignment } = plan(assignor, start);
  const members = start.members.map((one) => ({
    ...one,
    owned: assignment.get(one.id) ?? [],
    generation: 1,
  }));
  return { ...start, members };
}

describe('plan', () => {
  test('of a member that joins', () => {
    const group = running(cooperativeSticky, ['a', 'b'], { orders: 6 });
    const result = plan(cooperativeSticky, group, { join: [member('c')] });
    expect(planTable(result)).toBe(
      [
        'member  before  after  gains       loses',
        'a            3      2  -           orders 4',
        'b            3      2  -           orders 5',
        'c            0      2  orders 4-5  -',
        'moved 2, at least 2 have to; 2 rounds',
      ].join('\n'),
    );
  });

  test('shows what range would move for the same', () => {
    const group = running(range, ['a', 'b'], { orders: 6 });
    const result = plan(range, group, { join: [member('0')] });
    expect(result).toMatchObject({ moved: 3, minimum: 2, rounds: 1 });
    expect(result.moves).toContainEqual({ topic: 'orders', partition: 3, from: 'b', to: 'a' });
  });

  test('of a member that leaves: what it had is no move', () => {
    const group = running(sticky, ['a', 'b', 'c'], { orders: 6, payments: 3 });
    const result = plan(sticky, group, { leave: ['b'] });
    expect(result).toMatchObject({ moved: 0, minimum: 0 });
    expect(result.members.find(({ id }) => id === 'b')).toMatchObject({ before: 3, after: 0 });
  });

  test('of more partitions and another subscription', () => {
    const group = running(cooperativeSticky, ['a', 'b'], { orders: 4, payments: 2 });
    const result = plan(cooperativeSticky, group, {
      partitions: { orders: 6 },
      subscribe: { a: ['orders'] },
    });
    expect(result.assignment.get('a')?.every(({ topic }) => topic === 'orders')).toBe(true);
    expect([...result.assignment.values()].map((list) => list.length)).toEqual([4, 4]);
  });

  test('changes nothing in the group', () => {
    const group = running(sticky, ['a', 'b'], { orders: 4 });
    const before = structuredClone(group);
    plan(sticky, group, { join: [member('c')], leave: ['a'], partitions: { orders: 9 } });
    expect(group).toEqual(before);
  });

  test('never moves less than it says is needed', () => {
    const random = seededRandom(9);
    for (let i = 0; i < 100; i++) {
      for (const assignor of [range, roundRobin, sticky, cooperativeSticky]) {
        const group = randomGroup(random, assignor, { claims: 'honest' });
        const result = plan(assignor, group, {
          join: [member('new', [...group.partitionCounts.keys()])],
        });
        expect(result.moved).toBeGreaterThanOrEqual(result.minimum);
        checkExactlyOnce(group, result.assignment, 'eager');
      }
    }
  });

  test('of an empty group', () => {
    const group = { members: [], partitionCounts: new Map() };
    expect(planTable(plan(sticky, group))).toBe(
      'member  before  after  gains  loses\nmoved 0, at least 0 have to; 1 round',
    );
  });
});
