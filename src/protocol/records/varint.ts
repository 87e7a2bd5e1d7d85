import { ProtocolError } from '../protocol-error.ts';

const TWO_28 = 0x1000_0000;
const TWO_56 = TWO_28 * TWO_28;

/**
 * Walks over bytes made of zigzag varints. Lengths and deltas are int32 and nearly always one or two bytes long, so that
 * path uses nothing but int32 arithmetic.
 */
export class VarintCursor {
  readonly buffer: Buffer;
  at: number;

  constructor(buffer: Buffer, at: number) {
    this.buffer = buffer;
    this.at = at;
  }

  varint(): number {
    const { buffer } = this;
    const first = buffer[this.at++] as number;
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    const second = buffer[this.at++] as number;
    if (second < 0x80) {
      const value = (first & 0x7f) | (second << 7);
      return (value >>> 1) ^ -(value & 1);
    }
    return this.#longVarint(first, second);
  }

  /** Passes over a varint of up to 64 bits. */
  skipVarlong(): void {
    const { buffer } = this;
    const limit = this.at + 10;
    while (this.at < limit) {
      const byte = buffer[this.at++] as number;
      if (byte < 0x80) return;
    }
    throw new ProtocolError('CORRUPT', `Varint before byte ${this.at} does not end.`);
  }

  /** Exact for the safe integers, rounded beyond them: timestamps need no more, and must not throw when read. */
  varlong(): number {
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.buffer[this.at++];
      if (byte === undefined) break;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift < 56) middle |= bits << (shift - 28);
      else high |= bits << (shift - 56);
      if (byte < 0x80) {
        const half = (low >>> 1) + middle * (TWO_28 / 2) + (high & 0xff) * (TWO_56 / 2);
        return (low & 1) === 0 ? half : -half - 1;
      }
    }
    throw new ProtocolError('CORRUPT', `Varint before byte ${this.at} does not end.`);
  }

  #longVarint(first: number, second: number): number {
    let value = (first & 0x7f) | ((second & 0x7f) << 7);
    for (let shift = 14; shift < 35; shift += 7) {
      const byte = this.buffer[this.at++];
      if (byte === undefined) break;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new ProtocolError('CORRUPT', `Varint before byte ${this.at} does not end.`);
  }
}

/** Bytes of an int32 as zigzag varint. */
export function varintSize(value: number): number {
  const zigzag = (value << 1) ^ (value >> 31);
  if ((zigzag & ~0x7f) === 0) return 1;
  if ((zigzag & ~0x3fff) === 0) return 2;
  if ((zigzag & ~0x1f_ffff) === 0) return 3;
  return (zigzag & ~0xfff_ffff) === 0 ? 4 : 5;
}

/** Writes an int32 as zigzag varint; returns the position behind it. */
export function writeVarint(to: Buffer, at: number, value: number): number {
  let zigzag = (value << 1) ^ (value >> 31);
  let next = at;
  while ((zigzag & ~0x7f) !== 0) {
    to[next++] = (zigzag & 0x7f) | 0x80;
    zigzag >>>= 7;
  }
  to[next++] = zigzag;
  return next;
}

/** Bytes of a safe integer as zigzag varint. */
export function varlongSize(value: number): number {
  if (value === (value | 0)) return varintSize(value);
  let bytes = 1;
  for (let rest = magnitude(value); rest >= 64; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** Writes a safe integer as zigzag varint; returns the position behind it. */
export function writeVarlong(to: Buffer, at: number, value: number): number {
  if (value === (value | 0)) return writeVarint(to, at, value);
  // The lowest bit is the sign; the others are the magnitude, which alone may need all 53 bits of a double.
  const sign = value < 0 ? 1 : 0;
  let rest = magnitude(value);
  let next = at;
  let byte = ((rest % 64) << 1) | sign;
  rest = Math.floor(rest / 64);
  while (rest > 0) {
    to[next++] = byte | 0x80;
    byte = rest % 128;
    rest = Math.floor(rest / 128);
  }
  to[next++] = byte;
  return next;
}

function magnitude(value: number): number {
  return value < 0 ? -value - 1 : value;
}
