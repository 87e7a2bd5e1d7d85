import { expect, it } from 'vitest';
import type { ConsumerStatus, PartitionStatus } from '../../../src/core/index.ts';
import { StuckPartitions } from '../../../src/health/stuck-partitions.ts';

const atWork: PartitionStatus = {
  topic: 'orders',
  partition: 0,
  state: 'active',
  paused: false,
  frontier: 5,
  buffered: 10,
  bufferedBytes: 100,
  handlers: 1,
  calls: 5,
  waiting: 0,
};

const consumerOf = (partition: PartitionStatus): readonly ConsumerStatus[] => [
  {
    name: 'billing',
    counts: {} as ConsumerStatus['counts'],
    problems: [],
    partitions: [partition],
  },
];

/** How long it is said to have stood after two minutes of looks. */
function stoodMs(partition: PartitionStatus): number {
  const partitions = new StuckPartitions(60_000);
  let forMs = 0;
  for (let nowMs = 0; nowMs <= 120_000; nowMs += 1_000)
    forMs = partitions.look(consumerOf(partition), nowMs)[0]?.forMs ?? 0;
  return forMs;
}

it('counts from the first look at work of which nothing ends', () => {
  expect(stoodMs(atWork)).toBe(120_000);
  expect(stoodMs({ ...atWork, handlers: 0 })).toBe(120_000);
  expect(stoodMs({ ...atWork, state: 'stopped' })).toBe(0);
});

it('does not count the wait before the next try, unless a handler hangs meanwhile', () => {
  expect(stoodMs({ ...atWork, handlers: 0, waiting: 1 })).toBe(0);
  expect(stoodMs({ ...atWork, handlers: 1, waiting: 1 })).toBe(120_000);
});

it('does not count time in which nobody looked: the process was suspended, or the clock was set', () => {
  const partitions = new StuckPartitions(60_000);
  expect(partitions.look(consumerOf(atWork), 0)).toEqual([]);
  expect(partitions.look(consumerOf(atWork), 3_600_000)).toEqual([]);
  expect(partitions.look(consumerOf(atWork), 0)).toEqual([]);
});
