import { randomBytes } from 'node:crypto';
import { compressSync } from 'snappy';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../../src/protocol/index.ts';
import {
  compress,
  compressionId,
  decompress,
} from '../../../../src/protocol/records/compression.ts';

const SNAPPY = compressionId('snappy');
const large = Buffer.concat([Buffer.alloc(200_000, 'abcdefg'), randomBytes(100_000)]);

describe('compression', () => {
  it('has the numbers of the batch attributes', () => {
    const ids = (['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const).map(compressionId);
    expect(ids).toEqual([0, 1, 2, 3, 4]);
  });

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    '%s gives back many blocks',
    (name) => {
      const packed = compress(large, name);
      expect(decompress(packed, compressionId(name)).equals(large)).toBe(true);
      expect(decompress(compress(Buffer.alloc(0), name), compressionId(name))).toHaveLength(0);
    },
  );

  it('reads raw snappy, without the framing Java writes', () => {
    expect(decompress(compressSync(large), SNAPPY).equals(large)).toBe(true);
  });

  it('refuses framed snappy that is cut', () => {
    const packed = compress(large, 'snappy');
    for (const length of [9, 15, 17, 19, 30, packed.length - 1])
      expect(() => decompress(packed.subarray(0, length), SNAPPY)).toThrow(ProtocolError);
  });

  it('refuses a snappy block that claims more than anyone sends', () => {
    expect(() => decompress(Buffer.from('ffffffff0f00', 'hex'), SNAPPY)).toThrow(
      /claims 4294967295/,
    );
  });

  it('refuses a snappy block that claims more than its bytes can say, and reads the densest', () => {
    expect(() => decompress(Buffer.from('8080804000', 'hex'), SNAPPY)).toThrow(/5 bytes claims/);
    const dense = Buffer.alloc(8_000_000);
    expect(decompress(compressSync(dense), SNAPPY).equals(dense)).toBe(true);
  });
});
