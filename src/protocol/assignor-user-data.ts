import {
  readTopicPartitions,
  type TopicPartitions,
  writeTopicPartitions,
} from './consumer-protocol.ts';
import { ProtocolError } from './protocol-error.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** What the sticky assignor keeps in a member's user data. */
export interface StickyUserData {
  readonly previousAssignment: readonly TopicPartitions[];
  /** -1: none (version 0 has no such field). */
  readonly generationId: number;
}

/** Version 1, as Java's `sticky` and librdkafka's `cooperative-sticky` write it. */
export function encodeStickyUserData(data: StickyUserData): Buffer {
  const to = new Writer();
  writeTopicPartitions(to, data.previousAssignment);
  to.int32(data.generationId);
  return to.finish();
}

/**
 * The bytes carry no version: they are version 1 when a generation follows the partitions, else version 0.
 *
 * @throws ProtocolError when the bytes are neither.
 */
export function decodeStickyUserData(bytes: Buffer): StickyUserData {
  const from = new Reader(bytes);
  const previousAssignment = readTopicPartitions(from);
  return { previousAssignment, generationId: from.remaining >= 4 ? from.int32() : -1 };
}

/** As Java's `cooperative-sticky` writes it. */
export function encodeCooperativeUserData(generationId: number): Buffer {
  const to = new Writer();
  to.int32(generationId);
  return to.finish();
}

/**
 * Generation in a cooperative member's user data, in either form found in live groups: the sticky structure (librdkafka,
 * franz-go), or a bare int32 (Java). Wanted only below subscription version 2: from then on the field counts and this may be
 * stale.
 *
 * @returns -1 for null or empty user data.
 * @throws ProtocolError when the bytes are neither form.
 */
export function decodeCooperativeUserData(bytes: Buffer | null): number {
  if (bytes === null || bytes.length === 0) return -1;
  if (bytes.length === 4) return bytes.readInt32BE(0);
  const from = new Reader(bytes);
  readTopicPartitions(from);
  const generationId = from.int32();
  if (from.remaining > 0)
    throw new ProtocolError(
      'CORRUPT',
      `${from.remaining} bytes follow the generation in user data.`,
    );
  return generationId;
}
