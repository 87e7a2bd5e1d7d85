import { describe, expect, it } from 'vitest';
import { InvalidConfigError } from '../../../src/index.ts';
import { memoryDeduplication } from '../../../src/middleware/index.ts';

describe('memoryDeduplication()', () => {
  it('remembers keys until their time', async () => {
    const store = memoryDeduplication();
    await store.remember(['a', 'b'], 100);
    expect(await store.seen(['a', 'b', 'c'], 99)).toEqual(new Set(['a', 'b']));
    expect(await store.seen(['a'], 100)).toEqual(new Set());
    await store.remember(['a'], 200);
    expect(await store.seen(['a', 'b'], 150)).toEqual(new Set(['a']));
  });

  it('forgets those remembered first when there are too many', async () => {
    const store = memoryDeduplication({ maxKeys: 2 });
    await store.remember(['a', 'b'], 100);
    await store.remember(['a'], 100);
    await store.remember(['c'], 100);
    expect(await store.seen(['a', 'b', 'c'], 0)).toEqual(new Set(['a', 'c']));
  });

  it('takes only a whole number of keys', () => {
    expect(() => memoryDeduplication({ maxKeys: 0 })).toThrow(InvalidConfigError);
  });
});
