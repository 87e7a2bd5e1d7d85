import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../src/protocol/index.ts';
import { Reader } from '../../../src/protocol/reader.ts';
import { Writer } from '../../../src/protocol/writer.ts';

const kinds = [
  ['plain', false],
  ['flexible', true],
] as const;

describe.each(kinds)('%s primitive types', (_, flexible) => {
  function both<T>(write: (to: Writer) => void, read: (from: Reader) => T): T {
    const writer = new Writer(flexible);
    write(writer);
    const reader = new Reader(writer.finish(), flexible);
    const value = read(reader);
    expect(reader.remaining).toBe(0);
    return value;
  }

  it('come back as they were written', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 300 }));
    const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)));
    const items = fc.option(fc.array(fc.integer(), { maxLength: 200 }));
    fc.assert(
      fc.property(text, bytes, items, fc.maxSafeInteger(), (string, buffer, numbers, long) => {
        expect(
          both(
            (to) => to.nullableString(string),
            (from) => from.nullableString(),
          ),
        ).toBe(string);
        expect(
          both(
            (to) => to.nullableBytes(buffer),
            (from) => from.nullableBytes(),
          ),
        ).toEqual(buffer);
        expect(
          both(
            (to) => to.int64(long),
            (from) => from.int64(),
          ),
        ).toBe(long);
        const back = both(
          (to) => to.nullableArray(numbers, (one, value) => one.int32(value)),
          (from) => from.nullableArray((one) => one.int32()),
        );
        expect(back).toEqual(numbers);
      }),
    );
  });

  it('refuse a null where none may be', () => {
    const nothing = (read: (from: Reader) => unknown): unknown =>
      both((to) => to.nullableString(null), read);
    expect(() => nothing((from) => from.string())).toThrow(/Null string/);
    expect(() =>
      both(
        (to) => to.nullableBytes(null),
        (from) => from.bytes(),
      ),
    ).toThrow(/Null bytes/);
  });
});

describe('numbers of 64 bits', () => {
  it.each(['0020000000000000', '7fffffffffffffff', '8000000000000000'])(
    '%s is beyond the safe integers and refused by name',
    (hex) => {
      const reader = new Reader(Buffer.from(hex, 'hex'));
      expect(() => reader.int64()).toThrow(String(Buffer.from(hex, 'hex').readBigInt64BE()));
    },
  );

  it('beyond the safe integers are not written', () => {
    for (const value of [2 ** 53, -(2 ** 53), 0.5, Number.NaN])
      expect(() => new Writer().int64(value)).toThrow(ProtocolError);
  });
});

describe('tagged fields', () => {
  it('that are unknown are skipped, known ones are handed over', () => {
    const reader = new Reader(
      Buffer.from('02 01 02 abcd 05 01 2a 07'.replaceAll(' ', ''), 'hex'),
      true,
    );
    const seen: number[][] = [];
    reader.tags((tag, field) => {
      if (tag === 5) seen.push([tag, field.int8()]);
    });
    expect(seen).toEqual([[5, 42]]);
    expect(reader.int8()).toBe(7);
  });
});

describe('strings', () => {
  it('longer than Kafka carries are refused, not cut', () => {
    expect(() => new Writer().string('x'.repeat(32_768))).toThrow(/32768 bytes/);
    expect(() => new Writer(true).string('x'.repeat(32_768))).toThrow(ProtocolError);
  });

  it('that are no topic id are refused', () => {
    expect(() => new Writer().uuid('short')).toThrow(/topic id/);
    const writer = new Writer();
    writer.uuid('ABEiM0RVZneImaq7zN3u_w');
    expect(new Reader(writer.finish()).uuid()).toBe('ABEiM0RVZneImaq7zN3u_w');
  });
});
