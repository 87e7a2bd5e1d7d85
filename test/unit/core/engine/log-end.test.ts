import { expect, it } from 'vitest';
import { LogEnd } from '../../../../src/core/engine/log-end.ts';

it('wants to be asked for when no delivery tells of it, and oftener where nothing is read', () => {
  const end = new LogEnd();
  expect(end.isStale(false, 0)).toBe(true);
  end.delivered(10, 1_000);
  expect(end.isStale(true, 5_999)).toBe(false);
  expect(end.isStale(true, 6_000)).toBe(true);
  expect(end.isStale(false, 30_999)).toBe(false);
  expect(end.isStale(false, 31_000)).toBe(true);
});

it('knows since when there has been something of which nothing has come', () => {
  const end = new LogEnd();
  end.learned(10, 10, true, 1_000);
  expect(end.behindSinceMs).toBeUndefined();
  end.learned(12, 10, true, 2_000);
  end.learned(15, 10, true, 3_000);
  expect(end).toMatchObject({ offset: 15, behindSinceMs: 2_000 });
  end.learned(14, 15, true, 4_000);
  expect(end).toMatchObject({ offset: 15, behindSinceMs: undefined });
  end.learned(16, 15, true, 5_000);
  end.delivered(17, 6_000);
  expect(end).toMatchObject({ offset: 17, behindSinceMs: undefined });
});

it('leaves the age to what was read near the frontier, where there is such', () => {
  const end = new LogEnd();
  end.delivered(20, 1_000);
  end.learned(25, 10, true, 2_000);
  expect(end.behindSinceMs).toBeUndefined();
  end.learned(25, 10, false, 3_000);
  expect(end.behindSinceMs).toBe(3_000);
});
