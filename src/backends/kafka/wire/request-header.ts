import { Buffer } from 'node:buffer';

export interface RequestHeader {
  readonly apiKey: number;
  readonly version: number;
  readonly flexible: boolean;
  readonly correlationId: number;
  readonly clientId: Buffer;
  readonly bodyBytes: number;
}

const FIXED_BYTES = 14;

/** Length of the frame and the request header, version 1, or 2 for flexible requests: the same with an empty tag section. */
export function encodeRequestHeader(header: RequestHeader): Buffer {
  const { apiKey, version, flexible, correlationId, clientId, bodyBytes } = header;
  const size = FIXED_BYTES + clientId.length + (flexible ? 1 : 0);
  const bytes = Buffer.allocUnsafe(size);
  bytes.writeInt32BE(size - 4 + bodyBytes, 0);
  bytes.writeInt16BE(apiKey, 4);
  bytes.writeInt16BE(version, 6);
  bytes.writeInt32BE(correlationId, 8);
  bytes.writeInt16BE(clientId.length, 12);
  bytes.set(clientId, FIXED_BYTES);
  if (flexible) bytes[size - 1] = 0;
  return bytes;
}

/**
 * Where the body begins in a flexible response whose correlation id is already cut off: after the header's tagged fields.
 * Brokers send none today, so this is one byte nearly always.
 */
export function flexibleBodyStart(payload: Buffer): number {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = payload[at++];
      if (byte === undefined) throw new RangeError('Response ends inside its header.');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('Response header holds a number that is too long.');
  };
  for (let left = varint(); left > 0; left--) {
    varint();
    const length = varint();
    at += length;
  }
  return at;
}
