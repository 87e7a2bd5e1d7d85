import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameGuard } from '../../../../../src/backends/kafka/wire/frame-guard.ts';
import { frame } from './scripted-broker.ts';

describe('the guard of frame lengths', () => {
  it('lets every stream of whole frames pass, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(300), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1 }),
        (sizes, cuts) => {
          const stream = Buffer.concat(sizes.map((size) => frame(1, Buffer.alloc(size, 0xff))));
          const guard = new FrameGuard(1_000);
          for (let at = 0, i = 0; at < stream.length; i++) {
            const end = at + (cuts[i % cuts.length] as number);
            expect(guard.badLength(stream.subarray(at, end))).toBeUndefined();
            at = end;
          }
        },
      ),
    );
  });

  it('finds a bad length behind good frames', () => {
    const bad = Buffer.alloc(4);
    bad.writeInt32BE(-7);
    const guard = new FrameGuard(1_000);
    expect(guard.badLength(Buffer.concat([frame(1, Buffer.alloc(10)), bad]))).toBe(-7);
  });
});
