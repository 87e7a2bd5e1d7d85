import { describe, expect, it } from 'vitest';
import { TimeSlice } from '../../../../src/core/engine/time-slice.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';

class WorkClock extends VirtualClock {
  workedMs = 0;
  override now(): number {
    return super.now() + this.workedMs;
  }
}

describe('a time slice', () => {
  it('never ends while the work is quick', () => {
    const slice = new TimeSlice(new WorkClock());
    for (let i = 0; i < 10_000; i++) expect(slice.spend()).toBeUndefined();
  });

  it('ends when the work has taken long, for everybody, until the event loop had its turn', async () => {
    const clock = new WorkClock();
    const slice = new TimeSlice(clock);
    let pause: Promise<void> | undefined;
    for (let i = 0; i < 1_000 && pause === undefined; i++) {
      clock.workedMs += 0.1;
      pause = slice.spend();
    }
    expect(pause).toBeDefined();
    expect(slice.spend()).toBe(pause);
    await clock.advance(0);
    await pause;
    expect(slice.spend()).toBeUndefined();
  });

  it('counts a batch by its records', () => {
    const clock = new WorkClock();
    const slice = new TimeSlice(clock);
    expect(slice.spend()).toBeUndefined();
    clock.workedMs += 100;
    expect(slice.spend(1_000)).toBeDefined();
  });
});
