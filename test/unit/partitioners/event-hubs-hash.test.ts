import { describe, expect, test } from 'vitest';
import { eventHubsHash, eventHubsPartition } from '../../../src/partitioners/index.ts';

// From the tests of the .NET SDK; partitions for 4 and for 32.
const vectors: readonly [key: string, hash: number, of4: number, of32: number][] = [
  ['7', -15263, 3, 31],
  ['131', 30562, 2, 2],
  ['7149583486996073602', 12977, 1, 17],
  ['FWfAT', -22341, 1, 5],
  ['sOdeEAsyQoEuEFPGerWO', -6503, 3, 7],
  [
    'FAyAIctPeCgmiwLKbJcyswoHglHVjQdvtBowLACDNORsYvOcLddNJYDmhAVkbyLOrHTKLneMNcbgWVlasVywOByANjs',
    5226,
    2,
    10,
  ],
  [
    '1XYM6!(7(lF5wq4k4m*e$Nc!1ezLJv*1YK1Y-C^*&B$O)lq^iUkG(TNzXG;Zi#z2Og*Qq0#^*k):vXh$3,C7We7%W0meJ;b3,rQCg^J;^twXgs5E$$hWKxqp',
    23950,
    2,
    14,
  ],
  [
    'E(x;RRIaQcJs*P;D&jTPau-4K04oqr:lF6Z):ERpo&;9040qyV@G1_c9mgOs-8_8/10Fwa-7b7-yP!T-!IH&968)FWuI;(^g$2fN;)HJ^^yTn:',
    -29304,
    0,
    24,
  ],
  ['!c*_!I@1^c', 15372, 0, 12],
  ['p4*!jioeO/z-!-;w:dh', -3104, 0, 0],
  ['$0cb', 26269, 1, 29],
  ['-4189260826195535198', 453, 1, 5],
];

describe('the Event Hubs hash', () => {
  test.each(vectors)('of %j', (key, hash, of4, of32) => {
    const bytes = Buffer.from(key);
    expect(eventHubsHash(bytes)).toBe(hash);
    expect(eventHubsPartition(bytes, 4)).toBe(of4);
    expect(eventHubsPartition(bytes, 32)).toBe(of32);
  });

  test.each([
    ['', 0],
    ['abcdefghijkl', -2373],
    ['abcdefghijklm', -31855],
    ['été', 7930],
    ['日本語', -23353],
    ['user-42', 1867],
  ])('of %j, at the edges of a block and beyond ASCII', (key, hash) => {
    expect(eventHubsHash(Buffer.from(key))).toBe(hash);
  });

  test.each([
    ['alphabet', 3, 0],
    ['alphabet', 11, 4],
    ['TheBestParitionEver', 4, 2],
    ['TheWorstParitionEver', 15, 1],
  ])('maps %j of %i partitions as the JavaScript SDK does', (key, count, partition) => {
    expect(eventHubsPartition(Buffer.from(key), count)).toBe(partition);
  });
});
