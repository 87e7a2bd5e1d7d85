import { expect, test } from 'vitest';
import { roundRobin } from '../../../src/assignors/index.ts';
import { formatPartition, type GroupMember, type GroupView } from '../../../src/core/index.ts';

const member = (id: string, topics: string): GroupMember => ({
  id,
  topics: topics.split(' '),
  owned: [],
  generation: -1,
});
const assigned = (group: GroupView) =>
  Object.fromEntries(
    [...roundRobin.assign(group)].map(([id, list]) => [id, list.map(formatPartition).join(' ')]),
  );

test('deals all partitions in turn, across topics', () => {
  const members = [member('b', 't u'), member('a', 't u')];
  const partitionCounts = new Map([
    ['u', 2],
    ['t', 3],
  ]);
  expect(assigned({ members, partitionCounts })).toEqual({ a: 't-0 t-2 u-1', b: 't-1 u-0' });
});

test('passes over members that do not subscribe', () => {
  const members = [member('a', 't'), member('b', 't u'), member('c', 't u v')];
  const partitionCounts = new Map([
    ['t', 1],
    ['u', 2],
    ['v', 3],
  ]);
  expect(assigned({ members, partitionCounts })).toEqual({
    a: 't-0',
    b: 'u-0',
    c: 'u-1 v-0 v-1 v-2',
  });
});

test('of a group without members is empty', () => {
  expect(assigned({ members: [], partitionCounts: new Map([['t', 3]]) })).toEqual({});
});
