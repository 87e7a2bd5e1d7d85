import { describe, expect, it } from 'vitest';
import { sleep } from '../../../src/core/index.ts';
import { VirtualClock } from '../../../src/testing/index.ts';

describe('virtual clock', () => {
  it('runs timers by due time, those of the same time in the order they were scheduled', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const seen: string[] = [];
    clock.schedule(20, () => seen.push(`c@${clock.now()}`));
    clock.schedule(10, () => seen.push(`a@${clock.now()}`));
    clock.schedule(10, () => seen.push(`b@${clock.now()}`));
    await clock.advance(15);
    expect(seen).toEqual(['a@10', 'b@10']);
    expect(clock.now()).toBe(15);
    await clock.advance(5);
    expect(seen).toEqual(['a@10', 'b@10', 'c@20']);
    expect(clock.pending).toBe(0);
  });

  it('runs what timers and promises schedule on the way', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const seen: number[] = [];
    const loop = async () => {
      for (let i = 0; i < 3; i++) {
        await sleep(clock, 10);
        seen.push(clock.now());
      }
    };
    const done = loop();
    await clock.advance(1_000);
    await done;
    expect(seen).toEqual([10, 20, 30]);
  });

  it('never runs a timer before schedule has returned, nor a cancelled one', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.schedule(0, () => seen.push('ran'));
    const cancel = clock.schedule(0, () => seen.push('cancelled'));
    expect(seen).toEqual([]);
    cancel();
    await clock.advance(0);
    cancel();
    expect(seen).toEqual(['ran']);
  });

  it('moves just as far as a condition needs', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    let ticks = 0;
    const tick = () => {
      ticks++;
      clock.schedule(100, tick);
    };
    clock.schedule(100, tick);
    await clock.until(() => ticks === 7);
    expect(clock.now()).toBe(700);
  });

  it('says so when nothing is left that could make a condition true', async () => {
    const clock = new VirtualClock();
    clock.schedule(5, () => {});
    await expect(clock.until(() => false, { what: 'the cows come home' })).rejects.toThrow(
      'Not reached after 5 ms of virtual time, and no timer is left that could bring it about: the cows come home',
    );
  });

  it('says so when a condition would take longer than the limit', async () => {
    const clock = new VirtualClock();
    clock.schedule(50, () => {});
    await expect(clock.until(() => false, { limitMs: 49 })).rejects.toThrow(
      'within 49 ms of virtual time (1 timers pending, the next in 50 ms): () => false',
    );
  });

  it('hands on what a timer throws', async () => {
    const clock = new VirtualClock();
    clock.schedule(1, () => {
      throw new Error('boom');
    });
    await expect(clock.advance(1)).rejects.toThrow('boom');
  });
});
