import { describe, expect, test } from 'vitest';
import { cooperativeSticky, sticky } from '../../../src/assignors/index.ts';
import {
  readCooperativeGeneration,
  readStickyUserData,
  writeStickyUserData,
} from '../../../src/assignors/sticky-user-data.ts';

const hex = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('hex');
const bytes = (text: string) => Buffer.from(text, 'hex');

const partitions = [
  { topic: 'bar', partition: 0 },
  { topic: 'foo', partition: 1 },
  { topic: 'foo', partition: 0 },
];
const written = '00000002000362617200000001000000000003666f6f00000002000000010000000000000007';

describe('user data of sticky', () => {
  test('is written as Java writes it', () => {
    const state = { topics: [], owned: partitions, generation: 7 };
    expect(hex(sticky.userData?.(state))).toBe(written);
    expect(hex(sticky.userData?.({ topics: [], owned: [], generation: 8 }))).toBe(
      '0000000000000008',
    );
  });

  test('is absent before the first assignment', () => {
    expect(sticky.userData?.({ topics: ['a'], owned: [], generation: -1 })).toBeNull();
  });

  test('is read back', () => {
    expect(readStickyUserData(bytes(written))).toEqual({
      claims: [
        { topic: 'bar', partitions: Int32Array.of(0) },
        { topic: 'foo', partitions: Int32Array.of(1, 0) },
      ],
      generation: 7,
      exact: true,
    });
  });

  test('without a generation is of the older form', () => {
    const { claims, generation } = readStickyUserData(bytes(written.slice(0, -8)));
    expect(claims).toHaveLength(2);
    expect(generation).toBe(-1);
  });

  test.each([
    ['nothing', ''],
    ['fewer topics than announced', '00000002000362617200000001'],
    ['a negative count of topics', 'ffffffff00000000'],
    ['a topic longer than the bytes', '000000017fff6261'],
    ['a negative length', '00000001ffff6261000000'],
    ['more partitions than bytes', '0000000100036261727fffffff00000000'],
    ['a count that only fits in a great array', '7fffffff0000'],
  ])('with %s claims nothing', (_, text) => {
    expect(readStickyUserData(bytes(text))).toMatchObject({ claims: [], generation: -1 });
  });

  test('may lie anywhere in a larger buffer', () => {
    const padded = Buffer.concat([Buffer.alloc(3, 0xff), writeStickyUserData(partitions, 7)]);
    expect(readStickyUserData(padded.subarray(3)).generation).toBe(7);
  });
});

describe('generation of a cooperative member', () => {
  test('is written as an int32', () => {
    const state = { topics: [], owned: [], generation: 7 };
    expect(hex(cooperativeSticky.userData?.(state))).toBe('00000007');
    expect(hex(cooperativeSticky.userData?.({ ...state, generation: -1 }))).toBe('ffffffff');
  });

  test.each([
    ['an int32, as Java sends it', '00000007', 7],
    ['the sticky form, as librdkafka sent it', written, 7],
    ['an int32 with more behind it', '0000000700', 7],
    ['too few bytes', '0000', -1],
  ])('is read from %s', (_, text, generation) => {
    expect(readCooperativeGeneration(bytes(text))).toBe(generation);
  });

  test('is unknown without user data', () => {
    expect(readCooperativeGeneration(undefined)).toBe(-1);
  });

  test('counts where the subscription has no field for it', () => {
    const member = (id: string, generation: string) => ({
      id,
      topics: ['t'],
      owned: [{ topic: 't', partition: 0 }],
      generation: -1,
      userData: bytes(generation),
    });
    const members = [member('a', '00000003'), member('b', '00000004')];
    const assignment = cooperativeSticky.assign({ members, partitionCounts: new Map([['t', 1]]) });
    expect(assignment.get('b')).toEqual([{ topic: 't', partition: 0 }]);
  });
});
