import { ProtocolError } from './protocol-error.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** Partitions of one topic. */
export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** What a member tells the leader of its group; newest version we write and read in full. */
export const SUBSCRIPTION_VERSION = 3;
/** All versions up to 3 have one layout, so the oldest is understood by everyone. */
export const ASSIGNMENT_VERSION = 0;

/** A member's subscription (`ConsumerProtocolSubscription`). */
export interface Subscription {
  readonly topics: readonly string[];
  /** The assignor's own bytes. */
  readonly userData: Buffer | null;
  /** From v1; written and read as given. Empty when unknown. */
  readonly ownedPartitions: readonly TopicPartitions[];
  /** From v2; -1: none. */
  readonly generationId: number;
  /** From v3. */
  readonly rackId: string | null;
}

export interface DecodedSubscription extends Subscription {
  /** As written by the member; above 3 the fields of version 3 are read and the rest is ignored. */
  readonly version: number;
}

/** What the leader gives a member (`ConsumerProtocolAssignment`). */
export interface MemberAssignment {
  readonly partitions: readonly TopicPartitions[];
  readonly userData: Buffer | null;
}

export interface DecodedAssignment extends MemberAssignment {
  readonly version: number;
}

/**
 * Sorts topics and owned partitions: the broker compares the bytes of a returning static member with the old ones, and
 * starts a rebalance when they differ (KAFKA-12898).
 */
export function encodeSubscription(
  subscription: Subscription,
  version: number = SUBSCRIPTION_VERSION,
): Buffer {
  const to = new Writer();
  to.int16(version);
  to.stringArray([...subscription.topics].sort());
  to.nullableBytes(subscription.userData);
  if (version >= 1) writeTopicPartitions(to, sorted(subscription.ownedPartitions));
  if (version >= 2) to.int32(subscription.generationId);
  if (version >= 3) to.nullableString(subscription.rackId);
  return to.finish();
}

/**
 * Reads every version. Tolerates v1 to v3 that end after the user data or after any later field: some clients announce a
 * version and leave out its fields.
 *
 * @throws ProtocolError when the bytes are no subscription.
 */
export function decodeSubscription(bytes: Buffer): DecodedSubscription {
  const from = new Reader(bytes);
  const version = readVersion(from, 'Subscription');
  const topics = from.stringArray();
  const userData = from.nullableBytes();
  const has = (since: number): boolean => version >= since && from.remaining > 0;
  return {
    version,
    topics,
    userData,
    ownedPartitions: has(1) ? readTopicPartitions(from) : [],
    generationId: has(2) ? from.int32() : -1,
    rackId: has(3) ? from.nullableString() : null,
  };
}

/** Keeps the order of topics and partitions it is given. */
export function encodeAssignment(
  assignment: MemberAssignment,
  version: number = ASSIGNMENT_VERSION,
): Buffer {
  const to = new Writer();
  to.int16(version);
  writeTopicPartitions(to, assignment.partitions);
  to.nullableBytes(assignment.userData);
  return to.finish();
}

/**
 * An empty buffer is an empty assignment: some leaders leave members without partitions out of their answer, and the broker
 * then sends no bytes.
 *
 * @throws ProtocolError when the bytes are no assignment.
 */
export function decodeAssignment(bytes: Buffer): DecodedAssignment {
  if (bytes.length === 0) return { version: ASSIGNMENT_VERSION, partitions: [], userData: null };
  const from = new Reader(bytes);
  const version = readVersion(from, 'Assignment');
  const partitions = readTopicPartitions(from);
  return { version, partitions, userData: from.remaining > 0 ? from.nullableBytes() : null };
}

/** @internal */
export function writeTopicPartitions(to: Writer, topics: readonly TopicPartitions[]): void {
  to.array(topics, (one, { topic, partitions }) => {
    one.string(topic);
    one.int32Array(partitions);
  });
}

/** @internal */
export function readTopicPartitions(from: Reader): TopicPartitions[] {
  return from.array((one) => ({ topic: one.string(), partitions: one.int32Array() }));
}

function readVersion(from: Reader, what: string): number {
  const version = from.int16();
  if (version < 0) throw new ProtocolError('CORRUPT', `${what} has version ${version}.`);
  return version;
}

function sorted(topics: readonly TopicPartitions[]): TopicPartitions[] {
  return topics
    .map(({ topic, partitions }) => ({ topic, partitions: [...partitions].sort((a, b) => a - b) }))
    .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0));
}
