import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../../src/core/index.ts';

describe('backoff', () => {
  it('waits between half and all of a limit that doubles up to its end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.nat(100_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (firstMs, more, chance) => {
          const maxMs = firstMs + more;
          const backoff = new Backoff(() => chance, firstMs, maxMs);
          for (let failures = 0; failures < 1_100; failures++) {
            const limitMs = Math.min(maxMs, firstMs * 2 ** failures);
            const waitMs = backoff.next();
            if (!(waitMs >= limitMs / 2 && waitMs <= limitMs)) throw new Error(`${waitMs}`);
          }
          expect(backoff.failures).toBe(1_100);
          backoff.reset();
          expect(backoff.next()).toBeLessThanOrEqual(firstMs);
        },
      ),
    );
  });
});
