import { describe, expect, it } from 'vitest';
import { sleep } from '../../../../src/core/index.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';

describe('sleep', () => {
  it('ends after its time', async () => {
    const clock = new VirtualClock();
    let awake = false;
    void sleep(clock, 100).then(() => {
      awake = true;
    });
    await clock.advance(99);
    expect(awake).toBe(false);
    await clock.advance(1);
    expect(awake).toBe(true);
  });

  it('ends at once when it is aborted, before or meanwhile, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const cut = new AbortController();
    const asleep = sleep(clock, 100, cut.signal);
    cut.abort();
    await asleep;
    await sleep(clock, 100, cut.signal);
    expect(clock.pending).toBe(0);
  });
});
