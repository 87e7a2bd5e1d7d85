import { describe, expect, it } from 'vitest';
import { within } from '../../../../src/core/model/within.ts';
import { VirtualClock } from '../../../../src/testing/index.ts';

const forever = new Promise(() => {});

describe('within', () => {
  it('says that the work ended in time, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    await expect(within(Promise.resolve(), 1_000, { clock })).resolves.toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('says that it did not', async () => {
    const clock = new VirtualClock();
    const result = within(forever, 1_000, { clock });
    await clock.advance(1_000);
    await expect(result).resolves.toBe(false);
  });

  it('waits no longer once it is cut off', async () => {
    const clock = new VirtualClock();
    const cut = new AbortController();
    const result = within(forever, 1_000, { clock, cut: cut.signal });
    cut.abort();
    await expect(result).resolves.toBe(false);
    await expect(within(forever, 1_000, { clock, cut: cut.signal })).resolves.toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('throws what the work throws', async () => {
    const clock = new VirtualClock();
    await expect(within(Promise.reject(new Error('boom')), 5, { clock })).rejects.toThrow('boom');
    expect(clock.pending).toBe(0);
  });
});
