import { describe, expect, test } from 'vitest';
import { cooperativeSticky } from '../../../src/assignors/index.ts';
import { formatPartition, type GroupMember, type GroupView } from '../../../src/core/index.ts';
import { bringToRest } from '../../../src/testing/group-rounds.ts';

const member = (id: string, owned = '', more: Partial<GroupMember> = {}): GroupMember => ({
  id,
  topics: ['t'],
  owned: [...owned].map((digit) => ({ topic: 't', partition: Number(digit) })),
  generation: owned === '' ? -1 : 4,
  ...more,
});
const numbers = (assignment: ReturnType<typeof cooperativeSticky.assign>) =>
  Object.fromEntries(
    [...assignment].map(([id, list]) => [
      id,
      list
        .map((one) => one.partition)
        .sort()
        .join(''),
    ]),
  );
const partitionCounts = new Map([['t', 6]]);

describe('cooperative-sticky', () => {
  test('takes from the old members first, and gives to the new one in the next round', () => {
    const group = {
      members: [member('a', '024'), member('b', '135'), member('c')],
      partitionCounts,
    };
    expect(numbers(cooperativeSticky.assign(group))).toEqual({ a: '02', b: '13', c: '' });
    expect(numbers(bringToRest(cooperativeSticky, group, 3).assignment)).toEqual({
      a: '02',
      b: '13',
      c: '45',
    });
  });

  test('gives what a leaver had at once, and moves nothing else', () => {
    const group = { members: [member('a', '02'), member('b', '13')], partitionCounts };
    const { rounds, assignment } = bringToRest(cooperativeSticky, group, 3);
    expect(rounds).toBe(1);
    expect(numbers(assignment)).toEqual({ a: '024', b: '135' });
  });

  test('believes the newer of two claims', () => {
    const members = [member('a', '012', { generation: 3 }), member('b', '012345')];
    expect(numbers(cooperativeSticky.assign({ members, partitionCounts }))).toEqual({
      a: '',
      b: '012',
    });
  });

  test('takes a partition from both that claim it in the same generation', () => {
    const members = [member('a', '012'), member('b', '2345')];
    const group = { members, partitionCounts };
    expect(numbers(cooperativeSticky.assign(group))).toEqual({ a: '01', b: '345' });
    expect(numbers(bringToRest(cooperativeSticky, group, 3).assignment)).toEqual({
      a: '012',
      b: '345',
    });
  });

  test('gives up a partition on the wrong rack when somebody nearer has room', () => {
    const near = (id: string, owned: string) => member(id, owned, { rack: id });
    const group: GroupView = {
      members: [near('east', '01'), near('west', '23')],
      partitionCounts: new Map([['t', 4]]),
      replicaRacks: new Map([['t', [['east'], ['west'], ['east'], ['west']]]]),
    };
    expect(numbers(bringToRest(cooperativeSticky, group, 5).assignment)).toEqual({
      east: '02',
      west: '13',
    });
  });

  test('lists kept partitions before new ones', () => {
    const members = [member('a', '5'), member('b', '4')];
    const assignment = cooperativeSticky.assign({ members, partitionCounts });
    expect(assignment.get('a')?.map(formatPartition)).toEqual(['t-5', 't-0', 't-2']);
  });
});
