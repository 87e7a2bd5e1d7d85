import { describe, expect, test } from 'vitest';
import { standby } from '../../../src/assignors/index.ts';
import type { GroupMember, GroupView } from '../../../src/core/index.ts';
import { bringToRest } from '../../../src/testing/group-rounds.ts';

const member = (id: string, more: Partial<GroupMember> = {}): GroupMember => ({
  id,
  topics: ['t'],
  owned: [],
  generation: -1,
  ...more,
});
const all = [0, 1, 2, 3].map((partition) => ({ topic: 't', partition }));
const sizes = (group: GroupView, active?: number) => {
  const assignor = standby(active === undefined ? {} : { active });
  const { assignment } = bringToRest(assignor, group, 5);
  return Object.fromEntries([...assignment].map(([id, list]) => [id, list.length]));
};
const partitionCounts = new Map([['t', 4]]);

describe('standby', () => {
  test('lets one member work, the first one by static name and id', () => {
    const members = [member('a'), member('b'), member('c', { instanceId: 'z' })];
    expect(sizes({ members, partitionCounts })).toEqual({ a: 0, b: 0, c: 4 });
    expect(sizes({ members, partitionCounts }, 2)).toEqual({ a: 2, b: 0, c: 2 });
  });

  test('keeps the member active that is, also when one with precedence comes', () => {
    const members = [member('a'), member('b', { owned: all, generation: 4 })];
    expect(sizes({ members, partitionCounts })).toEqual({ a: 0, b: 4 });
  });

  test('gives way to a standby when an old claim is all a member has', () => {
    const members = [
      member('a', { owned: all, generation: 3 }),
      member('b', { owned: all, generation: 4 }),
    ];
    expect(sizes({ members, partitionCounts })).toEqual({ a: 0, b: 4 });
  });

  test('takes over when the active member has gone', () => {
    expect(sizes({ members: [member('b'), member('c')], partitionCounts })).toEqual({ b: 4, c: 0 });
  });

  test('wakes another member for a topic that the active one does not read', () => {
    const members = [member('a'), member('b'), member('c', { topics: ['u'] })];
    const counts = new Map([...partitionCounts, ['u', 2] as const]);
    expect(sizes({ members, partitionCounts: counts })).toEqual({ a: 4, b: 0, c: 2 });
  });

  test.each([0, 1.5, Number.NaN])('refuses %d active members', (active) => {
    expect(() => standby({ active })).toThrow(`active is ${active}`);
  });
});
