import { describe, expect, it } from 'vitest';
import { IdempotentProducers } from '../../../../src/emulator/amqp/idempotent-producers.ts';

const anyone = { producerId: undefined, epoch: undefined, sequenceNumber: undefined };
const failing = (condition: string) => expect.objectContaining({ condition });

describe('idempotent producers', () => {
  it('get ids of their own', () => {
    const producers = new IdempotentProducers();
    const ids = [1, 2, 3].map(() => producers.attach(anyone).producerId);
    expect(new Set(ids).size).toBe(3);
  });

  it('have each event taken once, and in order', () => {
    const producers = new IdempotentProducers();
    const { producerId, epoch, sequenceNumber: last } = producers.attach(anyone);
    const take = (...numbers: number[]) =>
      producers
        .take(
          numbers.map((after) => ({ stamp: { producerId, epoch, sequenceNumber: last + after } })),
        )
        .map(({ stamp }) => stamp.sequenceNumber - last);
    expect(take(1, 2)).toEqual([1, 2]);
    expect(take(1, 2, 3)).toEqual([3]);
    expect(() => take(4, 5, 7)).toThrow(failing('com.microsoft:out-of-order-sequence'));
    // Nothing of the refused delivery counts as taken.
    expect(take(4, 5, 6)).toEqual([4, 5, 6]);
  });

  it('do not touch events without a stamp', () => {
    const events = [{ stamp: undefined }, { stamp: undefined }];
    expect(new IdempotentProducers().take(events)).toEqual(events);
  });

  it('go on where they were when they come back', () => {
    const producers = new IdempotentProducers();
    const { producerId, epoch, sequenceNumber } = producers.attach(anyone);
    producers.take([{ stamp: { producerId, epoch, sequenceNumber: sequenceNumber + 1 } }]);
    const again = producers.attach({ producerId, epoch, sequenceNumber: undefined });
    expect(again.sequenceNumber).toBe(sequenceNumber + 1);
  });

  it('are fenced off by a newer epoch', () => {
    const producers = new IdempotentProducers();
    const { producerId } = producers.attach(anyone);
    producers.attach({ producerId, epoch: 3, sequenceNumber: undefined });
    const stolen = failing('com.microsoft:producer-epoch-stolen');
    expect(() => producers.attach({ ...anyone, producerId, epoch: 2 })).toThrow(stolen);
    const late = { stamp: { producerId, epoch: 2, sequenceNumber: 1 } };
    expect(() => producers.take([late])).toThrow(stolen);
  });
});
