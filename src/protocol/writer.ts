import { Buffer } from 'node:buffer';
import { ProtocolError } from './protocol-error.ts';

const TWO_32 = 0x1_0000_0000;
const MAX_SHORT_STRING = 0x7fff;

/** A tag and what writes its value, closing tags of a structure included. */
export type TaggedField = readonly [tag: number, write: (to: Writer) => void];

/** Writes Kafka's primitive types into one growing buffer; the counterpart of `Reader`. */
export class Writer {
  readonly flexible: boolean;
  #buffer: Buffer = Buffer.allocUnsafe(256);
  #length = 0;

  constructor(flexible = false) {
    this.flexible = flexible;
  }

  /** The written bytes. The writer must not be used afterwards. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  int8(value: number): void {
    const at = this.#grow(1);
    this.#buffer[at] = value;
  }

  int16(value: number): void {
    const at = this.#grow(2);
    this.#buffer.writeInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.#grow(4);
    this.#buffer.writeInt32BE(value, at);
  }

  /** @throws ProtocolError `UNSUPPORTED` beyond the safe integers. */
  int64(value: number): void {
    if (!Number.isSafeInteger(value))
      throw new ProtocolError('UNSUPPORTED', `64-bit number ${value} is no safe integer.`);
    const at = this.#grow(8);
    this.#buffer.writeInt32BE(Math.floor(value / TWO_32), at);
    this.#buffer.writeInt32BE(value | 0, at + 4);
  }

  boolean(value: boolean): void {
    this.int8(value ? 1 : 0);
  }

  /** Base64url without padding, 22 characters, as `Reader.uuid` gives it. */
  uuid(value: string): void {
    const at = this.#grow(16);
    if (this.#buffer.write(value, at, 16, 'base64url') !== 16)
      throw new ProtocolError('CORRUPT', `${value} is no topic id of 16 bytes in base64url.`);
  }

  unsignedVarint(value: number): void {
    let at = this.#grow(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.#buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[at++] = rest;
    this.#length = at;
  }

  string(value: string): void {
    this.nullableString(value);
  }

  nullableString(value: string | null | undefined): void {
    if (value === null || value === undefined) {
      if (this.flexible) this.unsignedVarint(0);
      else this.int16(-1);
      return;
    }
    const length = Buffer.byteLength(value, 'utf8');
    if (length > MAX_SHORT_STRING)
      throw new ProtocolError(
        'UNSUPPORTED',
        `String of ${length} bytes, Kafka carries at most ${MAX_SHORT_STRING}: ${value.slice(0, 40)}…`,
      );
    if (this.flexible) this.unsignedVarint(length + 1);
    else this.int16(length);
    const at = this.#grow(length);
    this.#buffer.write(value, at, length, 'utf8');
  }

  bytes(value: Uint8Array): void {
    this.nullableBytes(value);
  }

  nullableBytes(value: Uint8Array | null | undefined): void {
    if (value === null || value === undefined) {
      if (this.flexible) this.unsignedVarint(0);
      else this.int32(-1);
      return;
    }
    if (this.flexible) this.unsignedVarint(value.length + 1);
    else this.int32(value.length);
    const at = this.#grow(value.length);
    this.#buffer.set(value, at);
  }

  array<T>(items: readonly T[], item: (to: this, value: T) => void): void {
    this.nullableArray(items, item);
  }

  nullableArray<T>(
    items: readonly T[] | null | undefined,
    item: (to: this, value: T) => void,
  ): void {
    const count = items?.length ?? -1;
    if (this.flexible) this.unsignedVarint(count + 1);
    else this.int32(count);
    for (const value of items ?? []) item(this, value);
  }

  int32Array(values: readonly number[]): void {
    this.array(values, (to, value) => to.int32(value));
  }

  stringArray(values: readonly string[]): void {
    this.array(values, (to, value) => to.string(value));
  }

  /** A structure that may be missing: a byte in front says whether it is there. */
  nullableStructure<T>(value: T | null, structure: (to: this, value: T) => void): void {
    this.int8(value === null ? -1 : 1);
    if (value !== null) structure(this, value);
  }

  /** Ends a structure: no tagged fields of ours. Nothing in versions that are not flexible. */
  tags(): void {
    if (this.flexible) this.int8(0);
  }

  /** Ends a structure with tagged fields, in ascending order of their tags. Nothing in versions that are not flexible. */
  tagged(fields: readonly TaggedField[]): void {
    if (!this.flexible) return;
    this.unsignedVarint(fields.length);
    for (const [tag, write] of fields) {
      const field = new Writer(true);
      write(field);
      const bytes = field.finish();
      this.unsignedVarint(tag);
      this.unsignedVarint(bytes.length);
      const at = this.#grow(bytes.length);
      this.#buffer.set(bytes, at);
    }
  }

  #grow(bytes: number): number {
    const at = this.#length;
    const needed = at + bytes;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    this.#length = needed;
    return at;
  }
}
