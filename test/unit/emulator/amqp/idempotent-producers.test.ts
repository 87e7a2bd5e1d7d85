import { describe, expect, it } from 'vitest';
import { IdempotentProducers } from '../../../../src/emulator/amqp/idempotent-producers.ts';

const anyone = { producerId: undefined, epoch: undefined, sequenceNumber: undefined };
const producersOf = (
  log: ReadonlyMap<number, { epoch: number; lastSequence: number }> = new Map(),
) => {
  let ids = 1;
  return new IdempotentProducers({ last: (id) => log.get(id), nextProducerId: () => ids++ });
};
const failing = (condition: string) => expect.objectContaining({ condition });

describe('idempotent producers', () => {
  it('get ids of their own', () => {
    const producers = producersOf();
    const ids = [1, 2, 3].map(() => producers.attach(anyone).producerId);
    expect(new Set(ids).size).toBe(3);
  });

  it('have each event taken once, and in order', () => {
    const producers = producersOf();
    const { producerId, epoch, sequenceNumber: last } = producers.attach(anyone);
    const take = (...numbers: number[]) => {
      const fresh = producers.take(
        numbers.map((after) => ({ stamp: { producerId, epoch, sequenceNumber: last + after } })),
      );
      fresh.remember();
      return fresh.events.map(({ stamp }) => stamp.sequenceNumber - last);
    };
    expect(take(1, 2)).toEqual([1, 2]);
    expect(take(1, 2, 3)).toEqual([3]);
    expect(() => take(4, 5, 7)).toThrow(failing('com.microsoft:out-of-order-sequence'));
    // Nothing of the refused delivery counts as taken.
    expect(take(4, 5, 6)).toEqual([4, 5, 6]);
  });

  it('do not touch events without a stamp', () => {
    const events = [{ stamp: undefined }, { stamp: undefined }];
    expect(producersOf().take(events).events).toEqual(events);
  });

  it('go on where they were when they come back', () => {
    const producers = producersOf();
    const { producerId, epoch, sequenceNumber } = producers.attach(anyone);
    producers
      .take([{ stamp: { producerId, epoch, sequenceNumber: sequenceNumber + 1 } }])
      .remember();
    const again = producers.attach({ producerId, epoch, sequenceNumber: undefined });
    expect(again.sequenceNumber).toBe(sequenceNumber + 1);
  });

  it('go on where the log has them, and repeat nothing of what it holds', () => {
    const producers = producersOf(new Map([[7, { epoch: 2, lastSequence: 41 }]]));
    const claim = { producerId: 7, epoch: undefined, sequenceNumber: undefined };
    expect(producers.attach(claim)).toEqual({ producerId: 7, epoch: 2, sequenceNumber: 41 });
    const events = [41, 42].map((sequenceNumber) => ({
      stamp: { producerId: 7, epoch: 2, sequenceNumber },
    }));
    expect(producers.take(events).events).toEqual(events.slice(1));
  });

  it('have to send again what could not be appended', () => {
    const producers = producersOf();
    const { producerId, epoch, sequenceNumber } = producers.attach(anyone);
    const next = [{ stamp: { producerId, epoch, sequenceNumber: sequenceNumber + 1 } }];
    expect(producers.take(next).events).toEqual(next);
    expect(producers.take(next).events).toEqual(next);
  });

  it('are fenced off by a newer epoch', () => {
    const producers = producersOf();
    const { producerId } = producers.attach(anyone);
    producers.attach({ producerId, epoch: 3, sequenceNumber: undefined });
    const stolen = failing('com.microsoft:producer-epoch-stolen');
    expect(() => producers.attach({ ...anyone, producerId, epoch: 2 })).toThrow(stolen);
    const late = { stamp: { producerId, epoch: 2, sequenceNumber: 1 } };
    expect(() => producers.take([late])).toThrow(stolen);
  });
});
