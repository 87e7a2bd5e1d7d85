import { describe, expect, it } from 'vitest';
import { watchLoop } from '../../../../src/core/engine/loop-watch.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';

describe('the watch of the event loop', () => {
  it('tells for how long it stood still, and nothing else', async () => {
    const clock = new VirtualClock();
    const blocked: number[] = [];
    const cancel = watchLoop(clock, (ms) => blocked.push(ms));
    await clock.advance(5_000);
    expect(blocked).toEqual([]);
    const now = clock.now.bind(clock);
    clock.now = () => now() + 3_000;
    await clock.advance(500);
    expect(blocked).toEqual([3_000]);
    await clock.advance(5_000);
    expect(blocked).toEqual([3_000]);
    cancel();
    expect(clock.pending).toBe(0);
  });
});
