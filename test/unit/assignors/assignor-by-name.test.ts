import { expect, test } from 'vitest';
import {
  assignorByName,
  cooperativeSticky,
  range,
  roundRobin,
  sticky,
} from '../../../src/assignors/index.ts';
import { InvalidConfigError } from '../../../src/core/index.ts';

test('finds the assignors by their names on the wire', () => {
  expect(assignorByName('range')).toBe(range);
  expect(assignorByName('roundrobin')).toBe(roundRobin);
  expect(assignorByName('sticky')).toBe(sticky);
  expect(assignorByName('cooperative-sticky')).toBe(cooperativeSticky);
});

test('names the known ones when asked for another', () => {
  expect(() => assignorByName('round-robin')).toThrow(InvalidConfigError);
  expect(() => assignorByName('round-robin')).toThrow(
    "'round-robin' is unknown; choose one of range, roundrobin, sticky, cooperative-sticky",
  );
});
