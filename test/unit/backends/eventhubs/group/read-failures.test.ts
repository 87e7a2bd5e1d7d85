import { expect, it } from 'vitest';
import { ReadFailures } from '../../../../../src/backends/eventhubs/group/read-failures.ts';
import { PartitaError } from '../../../../../src/core/index.ts';
import { VirtualClock } from '../../../../../src/testing/virtual-clock.ts';

const place = (partition: number) => ({ topic: 'orders', partition });
const cut = new PartitaError('CONNECTION_FAILED', 'cut', { retriable: true });

function failures() {
  const clock = new VirtualClock();
  const counts = { recovered: 0 };
  const all = new ReadFailures(clock, () => {
    counts.recovered++;
  });
  return { all, clock, counts };
}

it('are over when the last partition is read again', () => {
  const { all, counts } = failures();
  all.add(place(0), cut);
  all.add(place(1), cut);
  all.end(place(0));
  expect([all.any, counts.recovered]).toEqual([cut, 0]);
  all.end(place(1));
  all.end(place(1));
  expect([all.any, counts.recovered]).toEqual([undefined, 1]);
});

it('end with the receiver, but for a theft, which has closed it', () => {
  const { all } = failures();
  all.add(place(0), cut);
  all.addTheft(place(1));
  const theft = all.addTheft(place(1));
  all.closed(place(0));
  all.closed(place(1));
  expect(all.any).toBe(theft);
  expect(theft?.message).toContain('orders-1');
});

it('take one theft for the way of official processors, and the next for a failure', () => {
  const { all, counts } = failures();
  expect([all.addTheft(place(0)), all.any]).toEqual([undefined, undefined]);
  expect(all.addTheft(place(0))).toMatchObject({ code: 'UNAVAILABLE', retriable: true });
  all.end(place(0));
  expect([all.addTheft(place(0)), counts.recovered]).toEqual([undefined, 1]);
});

it('forget a theft when the partition could have been claimed again and was not', async () => {
  const { all, clock, counts } = failures();
  all.addTheft(place(0));
  await clock.advance(60_000);
  all.addTheft(place(0));
  await clock.advance(89_000);
  expect(counts.recovered).toBe(0);
  await clock.advance(1_000);
  expect([all.any, counts.recovered, clock.pending]).toEqual([undefined, 1, 0]);
});
