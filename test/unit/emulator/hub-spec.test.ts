import { expect, it } from 'vitest';
import { hubProblems } from '../../../src/emulator/hub-problems.ts';
import { parseHubSpec } from '../../../src/emulator/hub-spec.ts';

it.for([
  ['orders', { name: 'orders', partitions: 1, consumerGroups: [] }],
  ['orders:4', { name: 'orders', partitions: 4, consumerGroups: [] }],
  ['orders:4:a,b', { name: 'orders', partitions: 4, consumerGroups: ['a', 'b'] }],
  ['orders::a', { name: 'orders', partitions: 1, consumerGroups: ['a'] }],
] as const)('%s is a hub', ([spec, expected]) => {
  expect(parseHubSpec(spec)).toEqual(expected);
  expect(hubProblems([expected])).toEqual([]);
});

it('everything that is wrong with hubs is told at once', () => {
  const hubs = ['-x:0', 'a:many', 'b:1:$DEFAULT,c d', 'e', 'E'].map(parseHubSpec);
  expect(hubProblems(hubs)).toEqual([
    expect.stringContaining("'-x' is no hub name"),
    expect.stringContaining("'-x' has 0 partitions"),
    expect.stringContaining("'a' has no number of partitions"),
    expect.stringContaining("'b' lists $Default"),
    expect.stringContaining("'c d' of the hub 'b' is no group name"),
    "the hub 'e' is given twice",
  ]);
});
