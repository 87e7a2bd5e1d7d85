import { describe, expect, test } from 'vitest';
import { murmur2 } from '../../../src/partitioners/index.ts';

// Computed with Java's Utils.murmur2; those up to abc and the librdkafka ones are also asserted in those projects.
const vectors: readonly [key: string, hash: number][] = [
  ['', 275646681],
  ['a', -1563381124],
  ['1', -1993445489],
  ['ab', 316155434],
  ['abc', 479470107],
  ['abcd', -1323649548],
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['kafka', -798503068],
  ['giberish123456789', -1890243828],
  ['1234', 0x9fc97b14 | 0],
  ['234', 0xe7c009ca | 0],
  ['34', 0x873930da | 0],
  ['4', 0x5a4b5ca1],
  ['PreAmbleWillBeRemoved,ThePrePartThatIs', 0x78424f1c],
  ['reAmbleWillBeRemoved,ThePrePartThatIs', 0x4a62b377],
  ['eAmbleWillBeRemoved,ThePrePartThatIs', 0xe0e4e09e | 0],
  ['AmbleWillBeRemoved,ThePrePartThatIs', 0x62b8b43f],
  ['user-42', 1459644460],
  ['0123456789abcdef', 1438427052],
  ['été', -2101193575],
  ['日本語', 1431860170],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
];

describe('murmur2', () => {
  test.each(vectors)('hashes %j as Java does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  test('takes bytes as unsigned', () => {
    expect(murmur2(Uint8Array.of(0xff, 0x80, 0x00, 0x7f, 0xfe))).toBe(768357719);
  });
});
