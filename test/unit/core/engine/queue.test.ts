import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queue } from '../../../../src/core/engine/queue.ts';

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      count: fc.integer({ min: 1, max: 1_500 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('shift' as const),
      count: fc.integer({ min: 1, max: 1_500 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      count: fc.integer({ min: 0, max: 3_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('clear' as const), count: fc.constant(0) }),
  },
);

describe('a queue', () => {
  it('gives back what it got, in order, whatever is done in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const queue = new Queue<number>();
        let plain: number[] = [];
        let next = 0;
        for (const { kind, count } of steps) {
          if (kind === 'push')
            for (let i = 0; i < count; i++) {
              queue.push(next);
              plain.push(next++);
            }
          else if (kind === 'take') expect(queue.take(count)).toEqual(plain.splice(0, count));
          else if (kind === 'clear') {
            queue.clear();
            plain = [];
          } else
            for (let i = 0; i < count; i++)
              if (queue.shift() !== plain.shift()) throw new Error('out of order');
          expect(queue.length).toBe(plain.length);
          expect(queue.peek()).toBe(plain[0]);
        }
      }),
    );
  });
});
