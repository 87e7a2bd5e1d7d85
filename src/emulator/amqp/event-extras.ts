/**
 * What an AMQP client said of an event that a Kafka record has no place for, byte for byte, so that AMQP clients get all types
 * back. It lies beside the batch; an event of which there is nothing to say takes four bytes, a batch of such events none.
 */
export interface EventExtras {
  /** The header section, maybe empty. */
  readonly header: Buffer;
  /** Pairs of annotations to keep. */
  readonly annotationCount: number;
  readonly annotations: Buffer;
  /** From the properties on, up to where the record's value stands. */
  readonly prefix: Buffer;
  /** What follows the value. */
  readonly suffix: Buffer;
  /** False when the value does not stand in the message as a whole, and `prefix` is all of it. */
  readonly holdsValue: boolean;
}

const LENGTH = 4;
const FIXED = 2 + 2 + 4 + 4 + 1;

/** The extras of a batch, one entry per event; undefined ones are of events with nothing to say. */
export function encodeExtras(all: readonly (EventExtras | undefined)[]): Buffer {
  const size = all.reduce((sum, extras) => sum + LENGTH + sizeOf(extras), 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const extras of all) {
    at = bytes.writeUInt32BE(sizeOf(extras), at);
    if (extras === undefined) continue;
    at = bytes.writeUInt16BE(extras.header.length, at);
    at = bytes.writeUInt16BE(extras.annotationCount, at);
    at = bytes.writeUInt32BE(extras.annotations.length, at);
    at = bytes.writeUInt32BE(extras.prefix.length, at);
    at = bytes.writeUInt8(extras.holdsValue ? 1 : 0, at);
    for (const part of [extras.header, extras.annotations, extras.prefix, extras.suffix]) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  return bytes;
}

/** The entries of a batch as they lie there, views and no copies; `decodeExtras` reads one. */
export function splitExtras(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + LENGTH;
    at = start + bytes.readUInt32BE(at);
    entries.push(bytes.subarray(start, at));
  }
  return entries;
}

/** Puts entries of a batch together again. */
export function joinExtras(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.allocUnsafe(LENGTH);
      length.writeUInt32BE(entry.length);
      return [length, entry];
    }),
  );
}

/** Undefined for an event with nothing to say. */
export function decodeExtras(entry: Buffer): EventExtras | undefined {
  if (entry.length === 0) return undefined;
  const headerEnd = FIXED + entry.readUInt16BE(0);
  const annotationsEnd = headerEnd + entry.readUInt32BE(4);
  const prefixEnd = annotationsEnd + entry.readUInt32BE(8);
  return {
    header: entry.subarray(FIXED, headerEnd),
    annotationCount: entry.readUInt16BE(2),
    annotations: entry.subarray(headerEnd, annotationsEnd),
    prefix: entry.subarray(annotationsEnd, prefixEnd),
    suffix: entry.subarray(prefixEnd),
    holdsValue: entry.readUInt8(12) === 1,
  };
}

function sizeOf(extras: EventExtras | undefined): number {
  if (extras === undefined) return 0;
  const { header, annotations, prefix, suffix } = extras;
  return FIXED + header.length + annotations.length + prefix.length + suffix.length;
}
