import { describe, expect, test } from 'vitest';
import {
  cooperativeSticky,
  pinned,
  range,
  roundRobin,
  standby,
  sticky,
  weighted,
} from '../../../src/assignors/index.ts';
import type { Assignor } from '../../../src/core/index.ts';
import { type AssignorPromises, assignorLaws } from '../../../src/testing/assignor-laws.ts';

const built: readonly [Assignor, AssignorPromises][] = [
  [range, { orderFree: true }],
  [roundRobin, { orderFree: true }],
  [sticky, { balanced: true, sticky: true }],
  [cooperativeSticky, { balanced: true, sticky: true }],
  [weighted(), { balanced: true }],
  [pinned({ 'static-0': { 'topic-0': [0, 1, 2], 'topic-1': [3] } }), {}],
  [standby({ active: 2 }), {}],
];

describe.each(built)('$name', (assignor, promises) => {
  test.each(assignorLaws(assignor, { ...promises, groups: 600 }))('$name', (law) => law.run());
});

/** Laws that this assignor breaks. */
const broken = (assignor: Assignor, promises: AssignorPromises = {}): string[] =>
  assignorLaws(assignor, { ...promises, groups: 60 }).flatMap((law) => {
    try {
      law.run();
      return [];
    } catch {
      return [law.name];
    }
  });

describe('the laws catch an assignor that', () => {
  test('forgets a partition', () => {
    const forgetful: Assignor = {
      ...range,
      assign: (group) => new Map([...range.assign(group)].map(([id, list]) => [id, list.slice(1)])),
    };
    expect(broken(forgetful)).toEqual(['gives every partition out once']);
  });

  test('ignores subscriptions', () => {
    const careless: Assignor = {
      ...range,
      assign: (group) => {
        const topics = [...group.partitionCounts.keys()];
        return range.assign({ ...group, members: group.members.map((m) => ({ ...m, topics })) });
      },
    };
    expect(broken(careless)).toContain('gives partitions to subscribers only');
  });

  test('forgets what members had', () => {
    const forgetful: Assignor = { ...range, name: 'forgetful' };
    expect(broken(forgetful, { sticky: true })).toContain(
      'moves as few partitions as balance allows',
    );
  });

  test('is not balanced', () => {
    expect(broken(range, { balanced: true })).toEqual(['is balanced when at rest']);
  });

  test('hands over without revoking', () => {
    const hasty: Assignor = { ...roundRobin, rebalance: 'cooperative' };
    expect(broken(hasty)).toContain('gives nobody a partition that another still owns');
  });

  test('never comes to rest', () => {
    let turn = 0;
    const restless: Assignor = {
      ...roundRobin,
      rebalance: 'cooperative',
      assign: (group) => {
        const ids = group.members.map(({ id }) => id);
        const moved = ids.map((_, i) => ids[(i + turn) % ids.length] as string);
        turn++;
        const lists = [...roundRobin.assign(group).values()];
        return new Map(moved.map((id, i) => [id, lists[i] ?? []]));
      },
    };
    expect(broken(restless)).toContain('comes to rest within 3 rounds');
  });

  test('says which group broke the law, so that it can be tried again', () => {
    const [law] = assignorLaws({ ...range, assign: () => new Map() }, { seed: 7 });
    expect(() => law?.run()).toThrow(/range, seed 7, group 0: topic-0-0 was given to nobody/);
  });
});
