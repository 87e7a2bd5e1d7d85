import type { GroupPeer } from './group-peer.ts';

/** A client that others wrote, as tests use it: unmodified, and with its settings as they are. */
export interface ForeignClient {
  readonly name: string;
  /** By the names that Kafka has for them. */
  readonly compressions: readonly string[];
  /** By their names on the wire, and those of `atBroker`. */
  readonly assignors: readonly string[];
  /** Its static members do not leave the group when they are closed, and so keep their partitions over a restart. */
  readonly restartsStaticMembers: boolean;
  /** Assignors with which it may handle records again, or when they are another's: by its own doing, with any Kafka. */
  readonly repeatsWith: readonly string[];
  /** A transaction takes any offset, and not only those of messages that were read. */
  readonly commitsAnyOffset: boolean;
  /** Makes a topic beforehand, where the client does not have it made by the broker when it first writes to it. */
  createTopic?(topic: string, partitions: number): Promise<void>;
  /** Writes the numbers from `from` on, `count` of them, with keys and a header. */
  produce(topic: string, compression: string, from: number, count: number): Promise<void>;
  /** Joins a group anew, reads `count` committed records, and leaves with the position committed. */
  read(topic: string, group: string, count: number): Promise<string[]>;
  /** A member of the group that is named like its topic. */
  join(topic: string, assignor: string, instanceId?: string): Promise<GroupPeer>;
  /**
   * One transaction is committed, with offset 5 of partition 0 in the group `id` if it takes any offset, one aborted, one left
   * open and fenced by a successor, which commits. Resolves with `committed aborted fenced`.
   */
  transact(topic: string, id: string): Promise<string>;
  close(): Promise<void>;
}

/** Names for the assignors of KIP-848, which the broker runs. */
export const atBroker = ['uniform at the broker', 'range at the broker'] as const;

/** Which of them is meant; undefined for those of the members. */
export function remoteAssignor(assignor: string): string | undefined {
  const [name, ...where] = assignor.split(' ');
  return where.length > 0 ? name : undefined;
}

/** What is written for a number. */
export const numbered = (n: number): { key: string; value: string; headers: { n: string } } => ({
  key: `key-${n % 7}`,
  value: String(n),
  headers: { n: String(n) },
});

/** The value of a record; something else when it does not fit its key and header. */
export function checkedValue(key: unknown, value: unknown, header: unknown): string {
  if (header === undefined) return String(value);
  const wanted = numbered(Number(header));
  const same = String(key) === wanted.key && String(value) === wanted.value;
  return same ? wanted.value : `damaged:${key}:${value}:${header}`;
}
