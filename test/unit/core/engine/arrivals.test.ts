import { expect, it } from 'vitest';
import { Arrivals } from '../../../../src/core/engine/arrivals.ts';
import type { ConsumerRecord } from '../../../../src/core/index.ts';

function batch(offset: number, timestampMs: number): readonly ConsumerRecord[] {
  const record = {
    topic: 'orders',
    partition: 0,
    key: null,
    value: null,
    headers: [],
    sizeBytes: 1,
  };
  return [
    { ...record, offset, timestampMs },
    { ...record, offset: offset + 1, timestampMs: timestampMs + 1 },
  ];
}

it('tells when the first unfinished record came in and how old it is, by the first of its batch', () => {
  const arrivals = new Arrivals();
  expect(arrivals.at(0)).toBeUndefined();
  arrivals.add(batch(10, 1_000), 5_000, 10);
  arrivals.add(batch(20, 2_000), 6_000, 10);
  expect(arrivals.at(10)).toMatchObject({ timestampMs: 1_000, arrivedMs: 5_000 });
  expect(arrivals.at(11)).toMatchObject({ timestampMs: 1_000 });
  expect(arrivals.at(20)).toMatchObject({ timestampMs: 2_000, arrivedMs: 6_000 });
});

it('keeps to the last batch when what comes next is not there yet', () => {
  const arrivals = new Arrivals();
  arrivals.add(batch(10, 1_000), 5_000, 10);
  expect(arrivals.at(12)).toMatchObject({ timestampMs: 1_000 });
  arrivals.add([], 7_000, 12);
  expect(arrivals.at(15)).toMatchObject({ timestampMs: 1_000 });
});
