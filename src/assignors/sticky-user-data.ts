import type { TopicPartition } from '../core/index.ts';

/** What another client's `sticky` left in its user data. */
export interface StickyUserData {
  /** Per topic, partition numbers as sent; not checked against anything. */
  readonly claims: readonly { readonly topic: string; readonly partitions: Int32Array }[];
  /** -1 when the bytes carry none (Java before 2.3). */
  readonly generation: number;
  /** True if nothing follows the generation: the bytes are certainly of this form. */
  readonly exact: boolean;
}

const NO_GENERATION = -1;

/**
 * Reads `[topic string, [partition int32]]` and then, since KIP-341, `generation int32` (Java `StickyAssignor`). There is
 * no version marker; bytes without room for a generation are of the older form. Bytes that are neither give no
 * claims, as in Java: a stranger's bytes must not stop the group.
 */
export function readStickyUserData(bytes: Uint8Array): StickyUserData {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const claims: { topic: string; partitions: Int32Array }[] = [];
  let at = 0;
  const room = (count: number) => count >= 0 && at + count <= bytes.length;
  const unreadable: StickyUserData = { claims: [], generation: NO_GENERATION, exact: false };
  if (!room(4)) return unreadable;
  const topics = view.getInt32(at);
  at += 4;
  // A topic takes six bytes at least; more topics than that cannot be there.
  if (topics < 0 || topics > bytes.length / 6) return unreadable;
  for (let t = 0; t < topics; t++) {
    if (!room(2)) return unreadable;
    const length = view.getInt16(at);
    at += 2;
    if (!room(length) || !room(length + 4)) return unreadable;
    const topic = decoder.decode(bytes.subarray(at, at + length));
    at += length;
    const count = view.getInt32(at);
    at += 4;
    if (!room(count * 4)) return unreadable;
    const partitions = new Int32Array(count);
    for (let i = 0; i < count; i++, at += 4) partitions[i] = view.getInt32(at);
    claims.push({ topic, partitions });
  }
  if (!room(4)) return { claims, generation: NO_GENERATION, exact: false };
  return { claims, generation: view.getInt32(at), exact: at + 4 === bytes.length };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Writes the form with a generation. Topics in order of first appearance; any order is understood. */
export function writeStickyUserData(
  partitions: readonly TopicPartition[],
  generation: number,
): Uint8Array {
  const byTopic = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const numbers = byTopic.get(topic);
    if (numbers === undefined) byTopic.set(topic, [partition]);
    else numbers.push(partition);
  }
  const names = [...byTopic.keys()].map((topic) => encoder.encode(topic));
  const nameBytes = names.reduce((sum, name) => sum + name.length, 0);
  const bytes = new Uint8Array(4 + names.length * 6 + nameBytes + partitions.length * 4 + 4);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, names.length);
  let at = 4;
  [...byTopic.values()].forEach((numbers, t) => {
    const name = names[t] as Uint8Array;
    view.setInt16(at, name.length);
    bytes.set(name, at + 2);
    at += 2 + name.length;
    view.setInt32(at, numbers.length);
    at += 4;
    for (const partition of numbers) {
      view.setInt32(at, partition);
      at += 4;
    }
  });
  view.setInt32(at, generation);
  return bytes;
}

/**
 * Generation in the user data of a cooperative member, which counts only where the subscription has no field for it. Two
 * forms are in use: the sticky form (librdkafka 1.6 to 2.1, franz-go) and a bare int32 (Java).
 */
export function readCooperativeGeneration(bytes: Uint8Array | undefined): number {
  if (bytes === undefined || bytes.length < 4) return NO_GENERATION;
  const sticky = readStickyUserData(bytes);
  if (sticky.exact) return sticky.generation;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(0);
}

/** A generation as a bare int32, as Java's `CooperativeStickyAssignor` sends it. */
export function writeCooperativeGeneration(generation: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, generation);
  return bytes;
}
