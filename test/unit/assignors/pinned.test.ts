import { describe, expect, test } from 'vitest';
import { pinned } from '../../../src/assignors/index.ts';
import { type Assignment, formatPartition, type GroupMember } from '../../../src/core/index.ts';
import { bringToRest } from '../../../src/testing/group-rounds.ts';

const member = (id: string, more: Partial<GroupMember> = {}): GroupMember => ({
  id,
  topics: ['t'],
  owned: [],
  generation: -1,
  ...more,
});
const names = (assignment: Assignment, id: string) =>
  assignment.get(id)?.map(formatPartition).sort();
const partitionCounts = new Map([['t', 6]]);

describe('pinned', () => {
  test('gives a partition to the member it is pinned to, by static name or by id', () => {
    const assignor = pinned({ alpha: { t: [5, 4] }, m2: { t: [0] } });
    const members = [member('m1', { instanceId: 'alpha' }), member('m2'), member('m3')];
    const assignment = assignor.assign({ members, partitionCounts });
    expect(names(assignment, 'm1')).toEqual(['t-4', 't-5']);
    expect(names(assignment, 'm2')).toContain('t-0');
    expect([...assignment.values()].map((list) => list.length)).toEqual([2, 2, 2]);
  });

  test('shares what is pinned to nobody present, and lets more be pinned than is even', () => {
    const assignor = pinned({ gone: { t: [0, 1] }, m1: { t: [2, 3, 4, 5] } });
    const assignment = assignor.assign({ members: [member('m1'), member('m2')], partitionCounts });
    expect(names(assignment, 'm1')).toEqual(['t-2', 't-3', 't-4', 't-5']);
    expect(names(assignment, 'm2')).toEqual(['t-0', 't-1']);
  });

  test('overlooks pins on topics the member does not read and on partitions that do not exist', () => {
    const assignor = pinned({ m1: { t: [0], u: [0] }, m2: { t: [99] } });
    const members = [member('m1', { topics: ['u'] }), member('m2')];
    const assignment = assignor.assign({ members, partitionCounts });
    expect(names(assignment, 'm1')).toEqual([]);
    expect(names(assignment, 'm2')).toHaveLength(6);
  });

  test('takes a partition from its owner before the member gets it that it is pinned to', () => {
    const owned = [0, 1, 2, 3, 4, 5].map((partition) => ({ topic: 't', partition }));
    const group = {
      members: [member('m1', { owned, generation: 3 }), member('m2')],
      partitionCounts,
    };
    const assignor = pinned({ m2: { t: [0] } });
    expect(names(assignor.assign(group), 'm2')).toEqual([]);
    expect(names(bringToRest(assignor, group, 3).assignment, 'm2')).toContain('t-0');
  });

  test('names all wrong pins at once', () => {
    const wrong = () => pinned({ a: { t: [0, -1] }, b: { t: [0, 1.5] } });
    expect(wrong).toThrow('partition -1 of t, pinned to a, is not a number from 0 on');
    expect(wrong).toThrow('t-0 is pinned to a and to b');
    expect(wrong).toThrow('partition 1.5 of t, pinned to b, is not a number from 0 on');
  });
});
