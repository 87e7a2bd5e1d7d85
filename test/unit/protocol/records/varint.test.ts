import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../../src/protocol/index.ts';
import {
  VarintCursor,
  varintSize,
  varlongSize,
  writeVarint,
  writeVarlong,
} from '../../../../src/protocol/records/varint.ts';

const MAX_INT32 = 2 ** 31 - 1;
const MIN_INT32 = -(2 ** 31);

/** Independent of the code under test: zigzag and groups of seven bits with BigInt. */
function expectedBytes(value: number): Buffer {
  let zigzag = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  while (zigzag > 0x7fn) {
    bytes.push(Number(zigzag & 0x7fn) | 0x80);
    zigzag >>= 7n;
  }
  return Buffer.from([...bytes, Number(zigzag)]);
}

function expectVarint(value: number): void {
  const buffer = Buffer.alloc(5);
  const end = writeVarint(buffer, 0, value);
  expect(buffer.subarray(0, end)).toEqual(expectedBytes(value));
  expect(varintSize(value)).toBe(end);
  const cursor = new VarintCursor(buffer.subarray(0, end), 0);
  expect(cursor.varint()).toBe(value);
  expect(cursor.at).toBe(end);
}

function expectVarlong(value: number): void {
  const buffer = Buffer.alloc(10);
  const end = writeVarlong(buffer, 0, value);
  expect(buffer.subarray(0, end)).toEqual(expectedBytes(value));
  expect(varlongSize(value)).toBe(end);
  const cursor = new VarintCursor(buffer.subarray(0, end), 0);
  expect(cursor.varlong()).toBe(value);
  cursor.at = 0;
  cursor.skipVarlong();
  expect(cursor.at).toBe(end);
}

describe('varints', () => {
  it('are right at every change of length', () => {
    for (const bits of [6, 13, 20, 27, 31])
      for (const value of [2 ** bits - 1, 2 ** bits, -(2 ** bits), -(2 ** bits) - 1])
        if (value >= MIN_INT32 && value <= MAX_INT32) expectVarint(value);
    for (const value of [0, -1, 1, MAX_INT32, MIN_INT32]) expectVarint(value);
  });

  it('of up to 53 bits are right at every change of length', () => {
    for (let bits = 6; bits <= 52; bits++)
      for (const value of [2 ** bits - 1, 2 ** bits, -(2 ** bits), -(2 ** bits) - 1])
        expectVarlong(value);
    for (const value of [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])
      expectVarlong(value);
  });

  it('come back as they were written', () => {
    fc.assert(fc.property(fc.integer({ min: MIN_INT32, max: MAX_INT32 }), expectVarint));
    fc.assert(fc.property(fc.maxSafeInteger(), expectVarlong));
  });

  it('of 64 bits are rounded, not refused', () => {
    const longest = new VarintCursor(Buffer.from('feffffffffffffffff01', 'hex'), 0);
    expect(longest.varlong()).toBe(2 ** 63);
    const lowest = new VarintCursor(Buffer.from('ffffffffffffffffff01', 'hex'), 0);
    expect(lowest.varlong()).toBe(-(2 ** 63));
  });

  it('that do not end are protocol errors', () => {
    for (const bytes of ['', '80', '8080', '808080', 'ffffffffff', 'ffffffffffffffffffff']) {
      const cursor = (): VarintCursor => new VarintCursor(Buffer.from(bytes, 'hex'), 0);
      expect(() => cursor().varint()).toThrow(ProtocolError);
      expect(() => cursor().varlong()).toThrow(ProtocolError);
      expect(() => cursor().skipVarlong()).toThrow(ProtocolError);
    }
  });
});
