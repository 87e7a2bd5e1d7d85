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

const FIXED = 2 + 2 + 4 + 4 + 1;
const NOTHING = Buffer.alloc(0);

/** An entry of the batch's extras; an empty one for an event with nothing to say. */
export function encodeExtras(extras: EventExtras | undefined): Buffer {
  if (extras === undefined) return NOTHING;
  const { header, annotationCount, annotations, prefix, suffix, holdsValue } = extras;
  const size = FIXED + header.length + annotations.length + prefix.length + suffix.length;
  const bytes = Buffer.allocUnsafe(size);
  let at = bytes.writeUInt16BE(header.length, 0);
  at = bytes.writeUInt16BE(annotationCount, at);
  at = bytes.writeUInt32BE(annotations.length, at);
  at = bytes.writeUInt32BE(prefix.length, at);
  at = bytes.writeUInt8(holdsValue ? 1 : 0, at);
  for (const part of [header, annotations, prefix, suffix]) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
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
