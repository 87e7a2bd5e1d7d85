import { expect, it } from 'vitest';
import { partitionList, wholeNumber } from '../../../src/cli/arguments.ts';

it('takes partitions one by one and in ranges, each once', () => {
  expect(partitionList('0, 3-5,4')).toEqual([0, 3, 4, 5]);
});

it.each(['', '3-1', '-1', '1-', 'a', '0-99999999999'])('refuses %j for partitions', (text) => {
  expect(() => partitionList(text)).toThrow('Give partitions such as 0,3-5.');
});

it.each(['1.5', '-1', '1e3', '99999999999999999999'])('refuses %j for a number', (text) => {
  expect(() => wholeNumber(text)).toThrow('Give a whole number.');
});
