import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LoadHeap } from '../../../src/assignors/load-heap.ts';

test('finds the first least loaded member after any rises and falls', () => {
  const steps = fc.array(fc.record({ member: fc.nat(19), by: fc.constantFrom(1, -1) }));
  fc.assert(
    fc.property(fc.array(fc.nat(5), { minLength: 20, maxLength: 20 }), steps, (start, changes) => {
      const loads = Float64Array.from(start);
      const even = Int32Array.from({ length: 10 }, (_, i) => 2 * i);
      const heap = new LoadHeap(even, loads);
      for (const { member, by } of changes) {
        loads[member] = (loads[member] as number) + by;
        if (by < 0 && member % 2 === 0) heap.fell(member);
        const lowest = Math.min(...even.map((one) => loads[one] as number));
        expect(heap.least()).toBe(even.find((one) => loads[one] === lowest));
      }
    }),
  );
});
