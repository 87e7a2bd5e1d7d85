import { describe, expect, test } from 'vitest';
import {
  assignPacked,
  cooperativeSticky,
  pack,
  range,
  roundRobin,
  sticky,
  unpack,
} from '../../../src/assignors/index.ts';
import type { Assignor, GroupView } from '../../../src/core/index.ts';
import { seededRandom } from '../../../src/testing/index.ts';
import { randomGroup } from '../../../src/testing/random-group.ts';

const packed = (group: GroupView) => ({
  ...group,
  members: group.members.map((member) => ({ ...member, owned: pack(member.owned) })),
});
const unpacked = (assignor: Assignor, group: GroupView) =>
  new Map([...assignPacked(assignor, packed(group))].map(([id, list]) => [id, unpack(list)]));

describe.each([range, roundRobin, sticky, cooperativeSticky])('$name', (assignor) => {
  test('decides the same for packed claims', () => {
    const random = seededRandom(3);
    for (let i = 0; i < 100; i++) {
      const group = randomGroup(random, assignor, { claims: 'hostile', racks: i % 2 === 0 });
      expect(unpacked(assignor, group)).toEqual(assignor.assign(group));
    }
  });
});

test('an assignor of your own is called with objects', () => {
  const mine: Assignor = {
    ...range,
    assign: (group) => new Map(group.members.map(({ id, owned }) => [id, owned])),
  };
  const owned = [
    { topic: 'b', partition: 3 },
    { topic: 'a', partition: 0 },
    { topic: 'b', partition: 1 },
  ];
  const members = [{ id: 'm', topics: ['a', 'b'], owned, generation: 1 }];
  const group = { members, partitionCounts: new Map([['a', 1]]) };
  expect(unpacked(mine, group)).toEqual(new Map([['m', owned]]));
});
