import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeAssignment,
  decodeCooperativeUserData,
  decodeStickyUserData,
  decodeSubscription,
  encodeAssignment,
  encodeCooperativeUserData,
  encodeStickyUserData,
  encodeSubscription,
  ProtocolError,
  type Subscription,
} from '../../../src/protocol/index.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const subscription: Subscription = {
  topics: ['foo', 'bar'],
  userData: hex('0102'),
  ownedPartitions: [
    { topic: 'foo', partitions: [1, 0] },
    { topic: 'bar', partitions: [0] },
  ],
  generationId: 7,
  rackId: 'r1',
};
const v0 = '0000 00000002 0003626172 0003666f6f 00000002 0102';
const owned = '00000002 0003626172 00000001 00000000 0003666f6f 00000002 00000000 00000001';
const newer = (version: string): string => v0.replace('0000', version) + owned;

// Bytes made by Java's ConsumerProtocol.
const javaSubscriptions: [number, string][] = [
  [0, v0],
  [1, newer('0001')],
  [2, `${newer('0002')} 00000007`],
  [3, `${newer('0003')} 00000007 0002 7231`],
];

describe('subscriptions', () => {
  it.each(javaSubscriptions)('v%i are written as Java writes them, sorted', (version, bytes) => {
    expect(encodeSubscription(subscription, version)).toEqual(hex(bytes));
  });

  it.each(javaSubscriptions)(
    'v%i are read, fields of later versions left empty',
    (version, bytes) => {
      expect(decodeSubscription(hex(bytes))).toEqual({
        version,
        topics: ['bar', 'foo'],
        userData: hex('0102'),
        ownedPartitions:
          version >= 1
            ? [
                { topic: 'bar', partitions: [0] },
                { topic: 'foo', partitions: [0, 1] },
              ]
            : [],
        generationId: version >= 2 ? 7 : -1,
        rackId: version >= 3 ? 'r1' : null,
      });
    },
  );

  it('without anything but a topic are written as Java writes them', () => {
    const bare = {
      topics: ['foo'],
      userData: null,
      ownedPartitions: [],
      generationId: -1,
      rackId: null,
    };
    const bytes = encodeSubscription(bare);
    expect(bytes).toEqual(hex('0003 00000001 0003666f6f ffffffff 00000000 ffffffff ffff'));
    expect(decodeSubscription(bytes)).toEqual({ version: 3, ...bare });
  });

  it('of a version to come are read as version 3, what follows is ignored', () => {
    const future = hex(`${newer('0009')} 00000007 0002 7231 cafe cafe`);
    expect(decodeSubscription(future)).toMatchObject({ version: 9, generationId: 7, rackId: 'r1' });
  });

  it('v1 without owned partitions are read: some clients announce v1 and write v0', () => {
    const read = decodeSubscription(hex(v0.replace('0000', '0001')));
    expect(read).toMatchObject({ version: 1, topics: ['bar', 'foo'], ownedPartitions: [] });
  });

  it('keep null and empty user data apart', () => {
    expect(decodeSubscription(hex('0000 00000000 ffffffff')).userData).toBeNull();
    expect(decodeSubscription(hex('0000 00000000 00000000')).userData).toEqual(Buffer.alloc(0));
  });

  it('come back as they were written', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 });
    const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const topics = fc.uniqueArray(name).map((all) => all.sort());
    const userData = fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes)));
    fc.assert(
      fc.property(
        topics,
        userData,
        int32,
        fc.option(name),
        (topics, userData, generationId, rackId) => {
          const ownedPartitions = topics.map((topic, i) => ({ topic, partitions: [i, i + 5] }));
          const given = { topics, userData, ownedPartitions, generationId, rackId };
          expect(decodeSubscription(encodeSubscription(given))).toEqual({ version: 3, ...given });
        },
      ),
    );
  });
});

describe('assignments', () => {
  it('keep the order they are given, as Java does', () => {
    const partitions = [
      { topic: 'foo', partitions: [1, 0] },
      { topic: 'bar', partitions: [0] },
    ];
    const java = hex(
      '0003 00000002 0003666f6f 00000002 00000001 00000000 0003626172 00000001 00000000 ffffffff',
    );
    expect(encodeAssignment({ partitions, userData: null }, 3)).toEqual(java);
    expect(decodeAssignment(java)).toEqual({ version: 3, partitions, userData: null });
  });

  it('that are empty are written as Java writes them, and may be missing', () => {
    const empty = { partitions: [], userData: null };
    expect(encodeAssignment(empty, 3)).toEqual(hex('0003 00000000 ffffffff'));
    expect(encodeAssignment(empty)).toEqual(hex('0000 00000000 ffffffff'));
    expect(decodeAssignment(Buffer.alloc(0))).toEqual({ version: 0, ...empty });
  });
});

describe('user data of sticky assignors', () => {
  const java = hex('00000002 0003626172 00000001 00000000 0003666f6f 00000002 00000001 00000000');
  const previousAssignment = [
    { topic: 'bar', partitions: [0] },
    { topic: 'foo', partitions: [1, 0] },
  ];

  it('is version 1 when a generation follows, else version 0', () => {
    const v1 = Buffer.concat([java, hex('00000007')]);
    expect(decodeStickyUserData(v1)).toEqual({ previousAssignment, generationId: 7 });
    expect(decodeStickyUserData(java)).toEqual({ previousAssignment, generationId: -1 });
  });

  it('is written as version 1', () => {
    const data = { previousAssignment, generationId: 7 };
    expect(encodeStickyUserData(data)).toEqual(Buffer.concat([java, hex('00000007')]));
    expect(encodeStickyUserData({ previousAssignment: [], generationId: 8 })).toEqual(
      hex('00000000 00000008'),
    );
  });

  it('gives the cooperative generation in both forms found in live groups', () => {
    expect(encodeCooperativeUserData(7)).toEqual(hex('00000007'));
    expect(encodeCooperativeUserData(-1)).toEqual(hex('ffffffff'));
    expect(decodeCooperativeUserData(hex('00000007'))).toBe(7);
    expect(decodeCooperativeUserData(hex('ffffffff'))).toBe(-1);
    expect(decodeCooperativeUserData(hex('00000000 00000008'))).toBe(8);
    expect(decodeCooperativeUserData(Buffer.concat([java, hex('00000009')]))).toBe(9);
    expect(decodeCooperativeUserData(null)).toBe(-1);
    expect(decodeCooperativeUserData(Buffer.alloc(0))).toBe(-1);
  });
});

describe('garbage', () => {
  it('is a protocol error', () => {
    expect(() => decodeSubscription(Buffer.alloc(0))).toThrow(ProtocolError);
    expect(() => decodeSubscription(hex('ffff 00000000 ffffffff'))).toThrow(/version -1/);
    expect(() => decodeAssignment(hex('0000 7fffffff'))).toThrow(/2147483647 items/);
    expect(() => decodeCooperativeUserData(hex('00000000 00000008 00'))).toThrow(ProtocolError);
    expect(() => decodeStickyUserData(hex('000000'))).toThrow(ProtocolError);
  });

  it('never causes any other error', () => {
    const decoders = [
      decodeSubscription,
      decodeAssignment,
      decodeStickyUserData,
      decodeCooperativeUserData,
    ];
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(...decoders),
        (bytes, decode) => {
          try {
            decode(Buffer.from(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
