import { ProtocolError } from './protocol-error.ts';

const TWO_32 = 0x1_0000_0000;

/**
 * Reads Kafka's primitive types front to back. With `flexible`, strings, bytes and arrays are in their compact form and
 * structures end in tagged fields (KIP-482), so one layout serves both kinds of version.
 */
export class Reader {
  readonly buffer: Buffer;
  readonly flexible: boolean;
  offset = 0;

  constructor(buffer: Buffer, flexible = false) {
    this.buffer = buffer;
    this.flexible = flexible;
  }

  get remaining(): number {
    return this.buffer.length - this.offset;
  }

  int8(): number {
    return this.buffer.readInt8(this.#take(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.#take(4));
  }

  /** @throws ProtocolError `UNSUPPORTED` beyond the safe integers. */
  int64(): number {
    const at = this.#take(8);
    const value = this.buffer.readInt32BE(at) * TWO_32 + this.buffer.readUInt32BE(at + 4);
    if (Number.isSafeInteger(value)) return value;
    throw new ProtocolError(
      'UNSUPPORTED',
      `64-bit number ${this.buffer.readBigInt64BE(at)} is beyond the safe integers.`,
    );
  }

  boolean(): boolean {
    return this.int8() !== 0;
  }

  /** 16 bytes in the spelling Kafka's tools print: base64url without padding. */
  uuid(): string {
    const at = this.#take(16);
    return this.buffer.toString('base64url', at, at + 16);
  }

  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer.readUInt8(this.#take(1));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new ProtocolError('CORRUPT', `Varint at byte ${this.offset - 5} is longer than 5 bytes.`);
  }

  string(): string {
    const value = this.nullableString();
    if (value !== null) return value;
    throw new ProtocolError(
      'CORRUPT',
      `Null string before byte ${this.offset}, where none may be.`,
    );
  }

  nullableString(): string | null {
    const length = this.flexible ? this.unsignedVarint() - 1 : this.int16();
    if (length < 0) return null;
    const at = this.#take(length);
    return this.buffer.toString('utf8', at, at + length);
  }

  bytes(): Buffer {
    const value = this.nullableBytes();
    if (value !== null) return value;
    throw new ProtocolError('CORRUPT', `Null bytes before byte ${this.offset}, where none may be.`);
  }

  /** A view on the buffer, not a copy. */
  nullableBytes(): Buffer | null {
    const length = this.flexible ? this.unsignedVarint() - 1 : this.int32();
    if (length < 0) return null;
    const at = this.#take(length);
    return this.buffer.subarray(at, at + length);
  }

  array<T>(item: (from: this) => T): T[] {
    return this.nullableArray(item) ?? [];
  }

  nullableArray<T>(item: (from: this) => T): T[] | null {
    const count = this.flexible ? this.unsignedVarint() - 1 : this.int32();
    if (count < 0) return null;
    // Every item takes at least a byte; without this check a damaged count would make us allocate gigabytes.
    if (count > this.remaining)
      throw new ProtocolError(
        'TRUNCATED',
        `Array of ${count} items, but only ${this.remaining} bytes are left.`,
      );
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(item(this));
    return items;
  }

  int32Array(): number[] {
    return this.array((from) => from.int32());
  }

  stringArray(): string[] {
    return this.array((from) => from.string());
  }

  /** A structure that may be missing: a byte in front says whether it is there. */
  nullableStructure<T>(structure: (from: this) => T): T | null {
    return this.int8() < 0 ? null : structure(this);
  }

  /** Tagged fields at the end of a structure; unknown ones are skipped, as KIP-482 demands. */
  tags(known?: (tag: number, from: Reader) => void): void {
    if (!this.flexible) return;
    for (let left = this.unsignedVarint(); left > 0; left--) {
      const tag = this.unsignedVarint();
      const length = this.unsignedVarint();
      const at = this.#take(length);
      known?.(tag, new Reader(this.buffer.subarray(at, at + length), true));
    }
  }

  #take(bytes: number): number {
    const at = this.offset;
    if (at + bytes > this.buffer.length)
      throw new ProtocolError(
        'TRUNCATED',
        `${bytes} bytes wanted at byte ${at}, but the buffer ends at ${this.buffer.length}.`,
      );
    this.offset = at + bytes;
    return at;
  }
}
