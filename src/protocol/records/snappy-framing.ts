import { Buffer } from 'node:buffer';
import { ProtocolError } from '../protocol-error.ts';

/** `SnappyOutputStream` of snappy-java: magic, version 1, oldest compatible version 1. */
const HEADER = Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex');
const MAGIC_BYTES = 8;
/** Java's default block. */
const BLOCK_BYTES = 32 * 1024;
/** A copy of 64 bytes takes 3: no block grows more than 22 times (Snappy's format description, "Compressed stream"). */
const MAX_GROWTH = 22;

/** Blocks of raw snappy, each behind its length: the form Java and librdkafka write and read. */
export function compressXerial(bytes: Buffer, compressBlock: (block: Buffer) => Buffer): Buffer {
  const parts: Buffer[] = [HEADER];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const block = compressBlock(bytes.subarray(at, at + BLOCK_BYTES));
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** Reads the framed form and raw snappy, which other clients write. */
export function decompressSnappy(
  bytes: Buffer,
  maxBytes: number,
  decompressBlock: (block: Buffer) => Buffer,
): Buffer {
  if (!bytes.subarray(0, MAGIC_BYTES).equals(HEADER.subarray(0, MAGIC_BYTES)))
    return decompressBlock(checked(bytes, maxBytes));
  if (bytes.length < HEADER.length)
    throw new ProtocolError('CORRUPT', `Snappy header is cut after ${bytes.length} bytes.`);
  const parts: Buffer[] = [];
  let left = maxBytes;
  for (let at = HEADER.length; at < bytes.length; ) {
    const length = at + 4 <= bytes.length ? bytes.readInt32BE(at) : -1;
    const end = at + 4 + length;
    if (length < 0 || end > bytes.length)
      throw new ProtocolError('CORRUPT', `Snappy block at byte ${at} has length ${length}.`);
    const block = decompressBlock(checked(bytes.subarray(at + 4, end), left));
    left -= block.length;
    parts.push(block);
    at = end;
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

/** A block begins with its uncompressed length, which the library would allocate before it looks further. */
function checked(block: Buffer, maxBytes: number): Buffer {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = block[i] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  const most = Math.min(maxBytes, block.length * MAX_GROWTH);
  if (length <= most) return block;
  throw new ProtocolError(
    'CORRUPT',
    `Snappy block of ${block.length} bytes claims ${length}, at most ${most} are read.`,
  );
}
