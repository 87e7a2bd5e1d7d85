import { crc32 } from 'node:zlib';

/** Bytes in front of a frame: its length and its checksum, so that a frame that was not written to its end is found out. */
export const FRAME_HEAD = 8;

/** What stands in front of the parts of a frame. */
export function frameHead(parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.allocUnsafe(FRAME_HEAD);
  let length = 0;
  let checksum = 0;
  for (const part of parts) {
    length += part.length;
    checksum = crc32(part, checksum);
  }
  head.writeUInt32BE(length, 0);
  head.writeUInt32BE(checksum, 4);
  return head;
}

/** The whole frames at the beginning of a file, and where they end. */
export function framesOf(bytes: Buffer): { readonly frames: readonly Buffer[]; end: number } {
  const frames: Buffer[] = [];
  let end = 0;
  while (end + FRAME_HEAD <= bytes.length) {
    const next = end + FRAME_HEAD + bytes.readUInt32BE(end);
    if (next > bytes.length) break;
    const frame = bytes.subarray(end + FRAME_HEAD, next);
    if (crc32(frame) !== bytes.readUInt32BE(end + 4)) break;
    frames.push(frame);
    end = next;
  }
  return { frames, end };
}
