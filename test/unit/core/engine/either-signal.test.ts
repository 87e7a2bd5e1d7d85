import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { eitherSignal } from '../../../../src/core/engine/either-signal.ts';

describe('either of two signals', () => {
  it('aborts with the first, for its reason', () => {
    const one = new AbortController();
    const other = new AbortController();
    const { signal } = eitherSignal(one.signal, other.signal);
    expect(signal.aborted).toBe(false);
    other.abort('second');
    one.abort('first');
    expect(signal.reason).toBe('second');
  });

  it('is aborted from the start when one is', () => {
    const { signal } = eitherSignal(AbortSignal.abort('early'), new AbortController().signal);
    expect(signal.reason).toBe('early');
  });

  it('leaves both alone once it is released', () => {
    const one = new AbortController();
    const other = new AbortController();
    const { signal, release } = eitherSignal(one.signal, other.signal);
    release();
    one.abort();
    expect(signal.aborted).toBe(false);
    expect(getEventListeners(other.signal, 'abort')).toEqual([]);
  });
});
