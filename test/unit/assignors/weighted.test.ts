import { describe, expect, test } from 'vitest';
import { weighted } from '../../../src/assignors/index.ts';
import type { Assignor, GroupMember, GroupView } from '../../../src/core/index.ts';
import { bringToRest, joinAgain } from '../../../src/testing/group-rounds.ts';
import { seededRandom } from '../../../src/testing/index.ts';
import { randomGroup, withUserData } from '../../../src/testing/random-group.ts';

const member = (id: string, weight?: number, topics = ['t']): GroupMember => ({
  id,
  topics,
  owned: [],
  generation: -1,
  ...(weight === undefined ? {} : { weight }),
});
const sizes = (assignor: Assignor, group: GroupView) =>
  [...bringToRest(assignor, group, 5).assignment.values()].map((list) => list.length);
const partitions = (count: number) => new Map([['t', count]]);

describe('weighted', () => {
  test('shares in proportion to the weights', () => {
    const members = [member('a', 1), member('b', 2), member('c', 3)];
    expect(sizes(weighted(), { members, partitionCounts: partitions(60) })).toEqual([10, 20, 30]);
    expect(sizes(weighted(), { members, partitionCounts: partitions(7) })).toEqual([1, 2, 4]);
  });

  test('takes the weights that members send', () => {
    const members = [
      withUserData(weighted({ weight: 0.5 }), member('a')),
      withUserData(weighted({ weight: 1.5 }), member('b')),
    ];
    expect(sizes(weighted(), { members, partitionCounts: partitions(40) })).toEqual([10, 30]);
  });

  test.each([
    ['none', undefined],
    ['bytes of another form', Uint8Array.of(1, 2, 3)],
    ['a weight below zero', new Uint8Array(new Float64Array([-1]).buffer).reverse()],
    ['no number', new Uint8Array(new Float64Array([Number.NaN]).buffer).reverse()],
  ])('counts a member once that sends %s', (_, userData) => {
    const odd = { ...member('a'), ...(userData === undefined ? {} : { userData }) };
    const members = [odd, withUserData(weighted(), member('b'))];
    expect(
      sizes(
        { ...weighted(), userData: () => userData ?? null },
        { members, partitionCounts: partitions(10) },
      ),
    ).toEqual([5, 5]);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the weight %d', (weight) => {
    expect(() => weighted({ weight })).toThrow(`weight is ${weight}, must be a number above 0`);
  });

  test('a member that comes takes its share and no more moves', () => {
    const assignor = weighted();
    const before = { members: [member('a', 2), member('b', 1)], partitionCounts: partitions(30) };
    const first = joinAgain(assignor, before, assignor.assign(before), 1);
    const rest = bringToRest(
      assignor,
      { ...first, members: [...first.members, member('c', 3)] },
      5,
    );
    const has = (id: string) => rest.assignment.get(id)?.length;
    expect([has('a'), has('b'), has('c')]).toEqual([10, 5, 15]);
    expect(rest.rounds).toBe(2);
  });

  test('leaves nobody who would gain from another partition, whatever the subscriptions', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 200; i++) {
      const group = randomGroup(random, weighted(), { claims: 'honest' });
      const members = group.members.map((one) => ({
        ...one,
        weight: 1 + Math.floor(random() * 5),
      }));
      const { assignment } = bringToRest(weighted(), { ...group, members }, 5);
      for (const from of members) {
        const list = assignment.get(from.id) ?? [];
        for (const to of members.filter(({ topics }) =>
          list.some((one) => topics.includes(one.topic)),
        )) {
          const next = (assignment.get(to.id) ?? []).length + 1;
          expect(next / to.weight).toBeGreaterThanOrEqual(list.length / from.weight);
        }
      }
    }
  });
});
