import { expect, test } from 'vitest';
import { range, sticky } from '../../../src/assignors/index.ts';
import { javaHashOrder, javaStringHash } from '../../../src/assignors/java-hash-order.ts';
import { withUserData } from '../../../src/testing/random-group.ts';

const listed = (keys: string[]) => [...javaHashOrder(keys)].map((i) => keys[i]);

test('hashes strings as Java does', () => {
  expect(javaStringHash('')).toBe(0);
  expect(javaStringHash('hello')).toBe(99162322);
  expect(javaStringHash('polygenelubricants')).toBe(-2147483648);
  expect(javaStringHash('日本語')).toBe(25921943);
});

test('lists keys as a HashMap of Java does', () => {
  const topics = ['t1', 't2', 't10', 'orders', 'payments', 'topic-a', 'topic-b'];
  expect(listed(topics)).toEqual(['t10', 'payments', 'orders', 'topic-a', 'topic-b', 't1', 't2']);
  expect(listed(['c2', 'c3', 'c4'])).toEqual(['c3', 'c4', 'c2']);
});

test('lists keys of one bucket as they came', () => {
  expect(listed(['Aa', 'BB'])).toEqual(['Aa', 'BB']);
  expect(listed(['BB', 'Aa'])).toEqual(['BB', 'Aa']);
});

test('decides who keeps the surplus as a leader in Java would', () => {
  const owns = (id: string, ...numbers: number[]) => {
    const owned = numbers.map((partition) => ({ topic: 't0', partition }));
    return withUserData(sticky, {
      id,
      topics: ['t0'],
      owned,
      generation: owned.length === 0 ? -1 : 1,
    });
  };
  const members = [owns('c2', 0, 1, 2, 3), owns('c3', 4, 5, 6), owns('c4')];
  const assignment = sticky.assign({ members, partitionCounts: new Map([['t0', 7]]) });
  const numbers = [...assignment].map(([id, list]) => [id, list.map((one) => one.partition)]);
  expect(Object.fromEntries(numbers)).toEqual({ c3: [4, 5, 6], c2: [0, 1], c4: [2, 3] });
});

test('range lists topics in that order', () => {
  const topics = ['t1', 't2', 't10'];
  const members = [{ id: 'm', topics, owned: [], generation: -1 }];
  const assignment = range.assign({ members, partitionCounts: new Map(topics.map((t) => [t, 1])) });
  expect(assignment.get('m')?.map(({ topic }) => topic)).toEqual(['t10', 't1', 't2']);
});
