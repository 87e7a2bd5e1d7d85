/** What little of the AMQP 1.0 type system is needed to cut messages apart without decoding them (part 1, section 1.2). */

/** Bytes that are no AMQP message. The sender's delivery is rejected with `amqp:decode-error`. */
export class EncodingError extends Error {}

/** Where the value ends whose constructor starts at `at`. */
export function endOfValue(bytes: Buffer, at: number): number {
  const code = byteAt(bytes, at);
  if (code === 0x00) return endOfValue(bytes, endOfValue(bytes, at + 1));
  const end = at + 1 + sizeByCategory(bytes, code, at + 1);
  if (end > bytes.length) throw new EncodingError(`A value at byte ${at} ends beyond the message.`);
  return end;
}

/** The upper half of a type's code tells how its size is found. */
function sizeByCategory(bytes: Buffer, code: number, at: number): number {
  const category = code >> 4;
  if (category === 0x4) return 0;
  if (category >= 0x5 && category <= 0x9) return 2 ** (category - 5);
  if (category === 0xa || category === 0xc || category === 0xe) return 1 + byteAt(bytes, at);
  if (category === 0xb || category === 0xd || category === 0xf) return 4 + wordAt(bytes, at);
  throw new EncodingError(`0x${code.toString(16)} is no type of AMQP.`);
}

/** The content of a string, symbol or binary. */
export function variableAt(bytes: Buffer, at: number): Buffer {
  const category = byteAt(bytes, at) >> 4;
  if (category !== 0xa && category !== 0xb) {
    throw new EncodingError(`Found no string, symbol or binary at byte ${at}.`);
  }
  return bytes.subarray(at + (category === 0xa ? 2 : 5), endOfValue(bytes, at));
}

/** A whole number of any width, or null where there is none. */
export function integerAt(bytes: Buffer, at: number): number | null {
  const code = byteAt(bytes, at);
  if (code === 0x43 || code === 0x44) return 0;
  if (code === 0x50 || code === 0x52 || code === 0x53) return byteAt(bytes, at + 1);
  if (code === 0x51 || code === 0x54 || code === 0x55) return bytes.readInt8(at + 1);
  if (code === 0x60) return bytes.readUInt16BE(at + 1);
  if (code === 0x61) return bytes.readInt16BE(at + 1);
  if (code === 0x70) return bytes.readUInt32BE(at + 1);
  if (code === 0x71) return bytes.readInt32BE(at + 1);
  if (code === 0x80) return Number(bytes.readBigUInt64BE(at + 1));
  return code === 0x81 || code === 0x83 ? Number(bytes.readBigInt64BE(at + 1)) : null;
}

/** Keys and values of a map: `visit(key, keyAt, valueAt, end)` for each pair. */
export function eachPair(
  bytes: Buffer,
  at: number,
  visit: (key: string, keyAt: number, valueAt: number, end: number) => void,
): void {
  const code = byteAt(bytes, at);
  if (code !== 0xc1 && code !== 0xd1) throw new EncodingError(`Found no map at byte ${at}.`);
  const wide = code === 0xd1;
  const count = wide ? wordAt(bytes, at + 5) : byteAt(bytes, at + 2);
  let keyAt = at + (wide ? 9 : 3);
  for (let pair = 0; pair < count >> 1; pair++) {
    const valueAt = endOfValue(bytes, keyAt);
    const end = endOfValue(bytes, valueAt);
    const isText = byteAt(bytes, keyAt) >> 4 >= 0xa && byteAt(bytes, keyAt) >> 4 <= 0xb;
    visit(isText ? variableAt(bytes, keyAt).toString('utf8') : '', keyAt, valueAt, end);
    keyAt = end;
  }
}

/** Elements of a list: `visit(at, end)` for each. */
export function eachElement(
  bytes: Buffer,
  at: number,
  visit: (at: number, end: number) => void,
): void {
  const code = byteAt(bytes, at);
  if (code === 0x45) return;
  if (code !== 0xc0 && code !== 0xd0) throw new EncodingError(`Found no list at byte ${at}.`);
  const wide = code === 0xd0;
  const count = wide ? wordAt(bytes, at + 5) : byteAt(bytes, at + 2);
  let elementAt = at + (wide ? 9 : 3);
  for (let element = 0; element < count; element++) {
    const end = endOfValue(bytes, elementAt);
    visit(elementAt, end);
    elementAt = end;
  }
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new EncodingError(`The message ends early, at byte ${at}.`);
  return byte;
}

function wordAt(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) throw new EncodingError(`The message ends early, at byte ${at}.`);
  return bytes.readUInt32BE(at);
}
