import { describe, expect, it } from 'vitest';
import { keyHash } from '../../../../src/core/engine/key-hash.ts';

describe('the hash of a key', () => {
  // From the test vectors of the FNV draft.
  it.for([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ] as const)('of "%s" is that of FNV-1a', ([key, hash]) => {
    expect(keyHash(Buffer.from(key)) >>> 0).toBe(hash);
  });
});
