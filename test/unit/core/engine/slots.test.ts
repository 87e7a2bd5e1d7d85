import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slots } from '../../../../src/core/engine/slots.ts';

describe('slots', () => {
  it('are never more than the limit, are taken in the order of requests, and none is lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.boolean(), { maxLength: 200 }),
        fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        (limit, steps, endsAtOnce) => {
          const slots = new Slots(limit);
          const started: number[] = [];
          let running = 0;
          let requested = 0;
          const request = () => {
            const number = requested++;
            slots.request({
              run: () => {
                started.push(number);
                running++;
                expect(running).toBeLessThanOrEqual(limit);
                if (endsAtOnce[number % 20]) end();
              },
            });
          };
          const end = () => {
            running--;
            slots.release();
          };
          for (const isRequest of steps) {
            if (isRequest) request();
            else if (running > 0) end();
            const waiting = requested - started.length;
            expect(waiting === 0 || running === limit).toBe(true);
            expect(slots.contended).toBe(waiting > 0);
          }
          while (running > 0) end();
          expect(started).toEqual(Array.from({ length: requested }, (_, i) => i));
        },
      ),
    );
  });

  it('do not pile up on the stack when work ends at once', () => {
    const slots = new Slots(1);
    let left = 100_000;
    const work = {
      run: () => {
        if (--left > 0) slots.request(work);
        slots.release();
      },
    };
    slots.request(work);
    expect(left).toBe(0);
  });
});
