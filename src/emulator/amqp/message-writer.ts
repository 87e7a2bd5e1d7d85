const TWO_32 = 0x1_0000_0000;

const symbols = new Map<string, Buffer>();

function symbolOf(name: string): Buffer {
  let bytes = symbols.get(name);
  if (bytes === undefined) {
    bytes = Buffer.concat([Buffer.from([0xa3, name.length]), Buffer.from(name, 'latin1')]);
    symbols.set(name, bytes);
  }
  return bytes;
}

/** Writes the few AMQP types the emulator makes itself, one behind the other. */
export class MessageWriter {
  #to: Buffer;
  #at = 0;

  /** @param capacity bytes to begin with; more are taken when needed */
  constructor(capacity: number) {
    this.#to = Buffer.allocUnsafe(capacity);
  }

  /** What was written, a view. */
  get bytes(): Buffer {
    return this.#to.subarray(0, this.#at);
  }

  put(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#to.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** A section that is a map; `pairs` writes them and says how many there were. */
  map(descriptor: number, pairs: () => number): void {
    this.#reserve(12);
    const start = this.#at;
    this.#to.writeUInt32BE(((0x53 << 16) | (descriptor << 8) | 0xd1) >>> 0, start);
    this.#at += 12;
    const count = pairs() * 2;
    this.#to.writeUInt32BE(this.#at - start - 8, start + 4);
    this.#to.writeUInt32BE(count, start + 8);
  }

  symbol(name: string): this {
    return this.put(symbolOf(name));
  }

  /** A long or, by its code, a timestamp. */
  long(code: number, value: number): this {
    this.#reserve(9);
    const whole = Math.trunc(value);
    this.#to[this.#at] = code;
    this.#to.writeInt32BE(Math.floor(whole / TWO_32), this.#at + 1);
    this.#to.writeInt32BE(whole | 0, this.#at + 5);
    this.#at += 9;
    return this;
  }

  text(text: string): this {
    return this.utf8(Buffer.from(text, 'utf8'));
  }

  /** A string whose bytes are there already. */
  utf8(bytes: Uint8Array): this {
    return this.#variable(0xa1, 0xb1, bytes);
  }

  binary(bytes: Uint8Array): this {
    return this.#variable(0xa0, 0xb0, bytes);
  }

  #variable(short: number, long: number, bytes: Uint8Array): this {
    this.#reserve(5);
    if (bytes.length < 256) {
      this.#to[this.#at] = short;
      this.#to[this.#at + 1] = bytes.length;
      this.#at += 2;
    } else {
      this.#to[this.#at] = long;
      this.#to.writeUInt32BE(bytes.length, this.#at + 1);
      this.#at += 5;
    }
    return this.put(bytes);
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#to.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#at + size, this.#to.length * 2));
    larger.set(this.bytes);
    this.#to = larger;
  }
}
