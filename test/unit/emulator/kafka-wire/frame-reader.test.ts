import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../../../src/emulator/kafka-wire/frame-reader.ts';

function framed(body: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

describe('FrameReader', () => {
  it('gives the same requests however the bytes are cut', () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 8, maxLength: 40 }), { maxLength: 8 });
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(30), { minLength: 1 }), (requests, cuts) => {
        const stream = Buffer.concat(requests.map(framed));
        const reader = new FrameReader(100);
        const seen: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const length = 1 + (cuts[turn % cuts.length] ?? 0);
          reader.push(stream.subarray(at, at + length), (frame) => seen.push(Buffer.from(frame)));
          at += length;
        }
        expect(seen).toEqual(requests.map((body) => Buffer.from(body)));
        expect(reader.isInsideFrame).toBe(false);
      }),
    );
  });

  it('takes memory for a large request as it comes, and not as it is announced', () => {
    const body = Buffer.alloc(9_000_000, 'abc');
    const stream = framed(body);
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 20 }, () => new FrameReader(100_000_000));
    for (const each of readers) each.push(stream.subarray(0, 100), () => {});
    // 9 MB each were announced.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
    const reader = new FrameReader(100_000_000);
    const seen: Buffer[] = [];
    for (let at = 0; at < stream.length; at += 65_536)
      reader.push(stream.subarray(at, at + 65_536), (frame) => seen.push(frame));
    expect(seen).toHaveLength(1);
    expect(seen[0]?.equals(body)).toBe(true);
  });

  it.each([-1, 0, 7, 101, 0x7fff_ffff])('refuses a request that announces %i bytes', (size) => {
    const announced = Buffer.alloc(4);
    announced.writeInt32BE(size);
    expect(() => new FrameReader(100).push(announced, () => {})).toThrow(`${size} bytes`);
  });

  it('knows that it is inside a request', () => {
    const reader = new FrameReader(100);
    reader.push(framed(Buffer.alloc(8)).subarray(0, 6), () => {});
    expect(reader.isInsideFrame).toBe(true);
  });
});
