import { describe, expect, test } from 'vitest';
import type { PartitionChooser } from '../../../src/core/index.ts';
import {
  customPartitioner,
  eventHubsKeyed,
  explicitPartitioner,
  keyed,
  roundRobinPartitioner,
  stickyPartitioner,
} from '../../../src/partitioners/index.ts';

/** Draws these numbers in turn. */
const drawing = (...numbers: number[]) => {
  let next = 0;
  return () => numbers[next++ % numbers.length] as number;
};
const record = (key: string | null, sizeBytes = 100, topic = 't') => ({
  topic,
  key: key === null ? null : Buffer.from(key),
  sizeBytes,
});
const chooseAll = (chooser: PartitionChooser, count: number, times: number, sizeBytes = 100) =>
  Array.from({ length: times }, () => chooser.choose(record(null, sizeBytes), count));

describe('keyed', () => {
  test.each([
    ['', 0, 9, 81],
    ['a', 1, 4, 24],
    ['foobar', 0, 6, 66],
    ['user-42', 1, 4, 60],
    ['été', 1, 1, 73],
    ['日本語', 1, 10, 70],
  ])('sends key %j where Java sends it, of 3, 12 and 100 partitions', (key, of3, of12, of100) => {
    const chooser = keyed().create(drawing(0.5));
    expect([3, 12, 100].map((count) => chooser.choose(record(key), count))).toEqual([
      of3,
      of12,
      of100,
    ]);
  });

  test('clears the sign bit of a negative hash', () => {
    const key = Buffer.of(0xff, 0x80, 0x00, 0x7f, 0xfe);
    expect(keyed().create(drawing(0)).choose({ topic: 't', key, sizeBytes: 5 }, 12)).toBe(11);
  });

  test('leaves records without a key on one partition for a batch', () => {
    const chooser = keyed({ batchBytes: 300 }).create(drawing(0.1, 0.9));
    expect(chooseAll(chooser, 10, 6)).toEqual([1, 1, 1, 9, 9, 9]);
  });
});

test('eventHubsKeyed sends a key where the service sends it', () => {
  const chooser = eventHubsKeyed().create(drawing(0));
  expect(chooser.choose(record('alphabet'), 11)).toBe(4);
});

describe('sticky', () => {
  test('counts bytes, not records', () => {
    const chooser = stickyPartitioner({ batchBytes: 1000 }).create(drawing(0.2, 0.4));
    expect(chooseAll(chooser, 10, 2, 2000)).toEqual([2, 4]);
    expect(chooseAll(chooser, 10, 2, 10)).toEqual([2, 2]);
  });

  test('keeps topics apart and forgets a partition that is gone', () => {
    const chooser = stickyPartitioner().create(drawing(0.9, 0.1, 0.5));
    expect(chooser.choose(record(null, 1, 'a'), 10)).toBe(9);
    expect(chooser.choose(record(null, 1, 'b'), 10)).toBe(1);
    expect(chooser.choose(record(null, 1, 'a'), 4)).toBe(2);
  });

  test('spreads bytes evenly over partitions', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const chooser = stickyPartitioner({ batchBytes: 1000 }).create(random);
    const bytes = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i++) {
      const sizeBytes = 1 + Math.floor(random() * 400);
      const partition = chooser.choose(record(null, sizeBytes), 4);
      bytes[partition] = (bytes[partition] as number) + sizeBytes;
    }
    expect(Math.max(...bytes) / Math.min(...bytes)).toBeLessThan(1.15);
  });

  test('refuses a batch of no bytes', () => {
    expect(() => stickyPartitioner({ batchBytes: 0 }).create(drawing(0))).toThrow(
      'batchBytes is 0',
    );
  });
});

test('round-robin gives each partition a turn, per topic', () => {
  const chooser = roundRobinPartitioner().create(drawing(0.7, 0));
  expect(chooseAll(chooser, 3, 4)).toEqual([2, 0, 1, 2]);
  expect(chooser.choose(record('k', 1, 'other'), 3)).toBe(0);
});

test('explicit refuses a record that names no partition', () => {
  expect(() => explicitPartitioner().create(drawing(0)).choose(record('k'), 3)).toThrow(
    'names no partition',
  );
});

describe('custom', () => {
  test('chooses by the function', () => {
    const last = customPartitioner((_, count) => count - 1);
    expect(last.create(drawing(0)).choose(record('k'), 5)).toBe(4);
  });

  test.each([5, -1, 1.5, Number.NaN])('refuses the answer %d of 5', (answer) => {
    const broken = customPartitioner(() => answer, 'mine');
    expect(() => broken.create(drawing(0)).choose(record('k'), 5)).toThrow(
      `'mine' chose ${answer}`,
    );
  });
});
