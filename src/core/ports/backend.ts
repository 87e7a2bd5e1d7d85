/**
 * The backend port: everything a broker must do for Partita, in one file.
 *
 * Read this file to write a backend, then run the conformance suite (`partita/testing`) against it.
 * The engine owns order, concurrency, retries, back-pressure rules and *what* may be committed. A backend moves records
 * and positions, and tells the truth about who owns a partition. If two backends would write the same rule, it belongs
 * into the engine.
 *
 * Rules for every method below
 * - Errors leave a backend translated once, as `PartitaError` with the original as `cause`.
 * - Passing trouble (broker restart, leader or coordinator move, throttling, lost connection) heals itself: retry with
 *   capped backoff and no limit, and report through `listener.failed` with `retriable: true`.
 * - `pause`, `resume`, `seek`, `requestRejoin` and `close` are idempotent and safe while starting, blocked or closing.
 * - Heartbeats never wait for a handler, a fetch, a commit or `revoked`.
 * - Time comes from `env.clock` and chance from `env.random`, so that all of it can be simulated.
 */

import type { Capabilities } from '../model/capabilities.ts';
import type { Clock, Random } from '../model/clock.ts';
import type { PartitaError } from '../model/errors.ts';
import type { Logger } from '../model/logger.ts';
import type {
  OutOfRangePolicy,
  PartitionPosition,
  Position,
  StartPosition,
} from '../model/position.ts';
import type { ConsumerRecord, ProducerRecord, RecordMetadata } from '../model/record.ts';
import type { TopicPartition } from '../model/topic-partition.ts';
import type { Assignor } from './assignor.ts';
import type { Partitioner } from './partitioner.ts';

/** The world as the application hands it to a backend. */
export interface BackendEnv {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Names this process to the broker and in its logs. */
  readonly clientId: string;
  /** After this long what is asked of a broker that was never reached fails, in milliseconds. @default the backend's time-outs */
  readonly unreachableMs?: number;
}

/**
 * What `memory(...)`, `kafka(...)` and `eventHubs(...)` return: a checked configuration. Creating it connects nothing and
 * throws `InvalidConfigError` with all problems at once. The memory backend's definition also holds its log, so that
 * several applications opened from one definition are members of the same groups.
 */
export interface BackendDefinition {
  readonly name: string;
  readonly capabilities: Capabilities;
  open(env: BackendEnv): Backend;
}

export interface Backend {
  /**
   * Starts a session. Returns at once; joining goes on in the background and is retried for ever on passing errors.
   * What cannot heal (unknown topic, authentication, incompatible group) is reported once by `listener.failed` with
   * `retriable: false` and no partition; the session is dead then and only waits for `close`.
   */
  openGroup(options: GroupOptions, listener: GroupListener): GroupSession;
  openProducer(options: ProducerOptions): ProducerSession;
  openAdmin(): AdminSession;
  /** Closes what was opened and is still open, then the connections. */
  close(): Promise<void>;
}

/** Which partitions a session wants. */
export type Subscription =
  /** A share of these topics, decided by the group's assignor. A topic that does not exist is an error. */
  | { readonly kind: 'topics'; readonly topics: readonly string[] }
  /** A share of all topics whose whole name matches; topics created later are picked up. */
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  /** Exactly these, with nobody to share with: no membership, no rebalance. */
  | { readonly kind: 'partitions'; readonly partitions: readonly TopicPartition[] };

export interface GroupOptions {
  /**
   * Consumer group. `null` is allowed with chosen partitions only: nothing is committed then and reading begins at
   * `start`. With chosen partitions *and* a group, the group is merely where positions are kept.
   */
  readonly group: string | null;
  readonly subscription: Subscription;
  /** Offered in this order of preference; several make a rolling change of the assignor possible. */
  readonly assignors: readonly Assignor[];
  /** Where to begin in a partition without a committed position; see `startIn`. */
  readonly start: StartPosition;
  /** Topics of the subscription in which failed records wait: all of those are read, whatever `start` says. */
  readonly retryTopics?: ReadonlySet<string>;
  readonly outOfRange: OutOfRangePolicy;
  /** Static membership: this process's lasting name in the group. */
  readonly instanceId?: string;
  /** Rack or zone, for rack-aware assignors and reading from the nearest replica. */
  readonly rack?: string;
  /** Without a heartbeat for this long the group takes the member for dead. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** How long members get to hand over their partitions in a rebalance. Bounds `revoked`. */
  readonly rebalanceTimeoutMs: number;
  /** Read records of open and aborted transactions too? */
  readonly isolation: 'committed' | 'uncommitted';
  readonly fetch: FetchOptions;
}

export interface FetchOptions {
  /** How long the broker may wait for new records, in milliseconds. */
  readonly maxWaitMs: number;
  /** The broker answers once it has this many bytes, or `maxWaitMs` is over. */
  readonly minBytes: number;
  /** Most bytes of one partition in one answer; a single larger record still comes. */
  readonly maxBytesPerPartition: number;
}

/** A partition that has just become ours. */
export interface AssignedPartition extends TopicPartition {
  /** Stamp of this ownership; goes back with each commit. The generation on Kafka, the owner level on Event Hubs. */
  readonly epoch: number;
  /** Where the backend will begin to read. */
  readonly position: Position;
  /** True when `position` was committed by the group, false when it came from `start`. */
  readonly committed: boolean;
  /** Text that was stored with the committed position, or ''. */
  readonly metadata: string;
}

/** Records of one partition in log order. */
export interface RecordBatch extends TopicPartition {
  /** May be empty, when only offsets without records were passed (compaction, transaction markers). */
  readonly records: readonly ConsumerRecord[];
  /** The position after this batch, past trailing offsets that are no records. */
  readonly next: Position;
  /** Bytes that this batch keeps in memory. */
  readonly bytes: number;
  /** Offset of the next record to be written to the partition, when known; for lag. */
  readonly logEndOffset?: number;
}

/** What the engine does for a backend. Methods without a promise return at once and do not throw. */
export interface GroupListener {
  /**
   * Only newly added partitions; those that stay are not repeated. From here on the backend may push records.
   * Called with an empty list when a rebalance ends without anything new, so that "joined" can be seen.
   */
  assigned(added: readonly AssignedPartition[]): void;
  /**
   * The partitions are about to move. The backend goes on heartbeating, pushes no more of their records, and gives them
   * up only after the promise resolves: the engine drains handlers and commits meanwhile. The promise never rejects.
   * `deadlineMs` says how long the backend can wait; after that it carries on and a late commit is fenced.
   */
  revoked(removed: readonly TopicPartition[], deadlineMs: number): Promise<void>;
  /** Ownership is already gone (session expired, fenced, partition deleted). Nothing of it may be committed. */
  lost(removed: readonly TopicPartition[]): void;
  /**
   * Pushes records. Never after `revoked` or `lost` of that partition, nor records from before a `seek`.
   * Returns whether there is room for more. On `false` the partition counts as paused until `resume`: it is not
   * fetched, what was fetched already is kept by the backend, and no other partition is held up.
   */
  records(batch: RecordBatch): boolean;
  /**
   * Something failed. `retriable`: the backend is at it, this is for log and health. Not retriable with a partition
   * (out of range under `fail`, corrupt data): that partition stands still until `seek` or until it moves. Not retriable
   * without one: the session is dead.
   */
  failed(error: PartitaError, partition?: TopicPartition): void;
  /** The passing trouble that `failed` told of, without a partition, is over. Records and assignments say so too. */
  recovered?(): void;
  /** Membership changed. For log, metrics and views. */
  membership?(state: MembershipState): void;
}

export interface MembershipState {
  readonly memberId: string;
  readonly generation: number;
  readonly state: 'joining' | 'stable' | 'leaving' | 'left';
  /** Name of the assignor that the group settled on. */
  readonly assignor?: string;
  readonly isLeader: boolean;
}

export interface PartitionCommit extends TopicPartition {
  /** As it was given in `AssignedPartition`. */
  readonly epoch: number;
  /** The next record to handle after a restart. */
  readonly position: Position;
  /** At most `capabilities.commitMetadataBytes` bytes. */
  readonly metadata: string;
}

export interface CommitFailure extends TopicPartition {
  readonly error: PartitaError;
}

export interface GroupSession {
  /**
   * Stores positions for the group. Resolves with the partitions that failed, empty when all is well; rejects when
   * nothing was stored. A commit for a partition that is not ours any more, or with an old epoch, fails with
   * `CommitFencedError`. Two commits of one partition take effect in the order of the calls. Passing errors may be
   * retried inside within a few seconds, then are handed out as retriable: the engine tries again.
   */
  commit(commits: readonly PartitionCommit[]): Promise<readonly CommitFailure[]>;
  /** No more records of these until `resume`. Unknown partitions are ignored. */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /** Reading goes on there; what was fetched but not pushed yet is dropped. Does not resume. */
  seek(partition: TopicPartition, position: Position): void;
  /** Asks the group to assign anew. Returns at once. */
  requestRejoin(reason: string): void;
  /**
   * Ends the session without calling `revoked`: the engine has drained and committed before. With `leave` the group is
   * told, so that others take over at once; without it, or for a static member, the partitions wait for the session
   * time-out. Resolves when nothing more will be pushed.
   */
  close(options?: { readonly leave?: boolean }): Promise<void>;
}

export interface ProducerOptions {
  /** Who must have the record before it counts as written: all in-sync replicas, the leader, nobody. */
  readonly acks: 'all' | 'leader' | 'none';
  /** How long a record waits for company, in milliseconds. */
  readonly lingerMs: number;
  /** A batch of one partition is sent when it has this many bytes. */
  readonly batchBytes: number;
  readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  /** Retries write nothing twice and keep order. */
  readonly idempotent: boolean;
  /** A record that is not acknowledged by then fails with `TIMEOUT`; it may or may not have been written. */
  readonly deliveryTimeoutMs: number;
  /** For records that name no partition. Absent: keyed murmur2 or sticky on Kafka, the service's own on Event Hubs. */
  readonly partitioner?: Partitioner;
}

export interface ProducerSession {
  /**
   * Writes records; resolves when each is acknowledged, in the order given. When some fail it rejects with a
   * `ProduceError`, which holds a result per record. Bad input (unknown topic, partition out of range, too large) fails
   * its record alone.
   */
  send(topic: string, records: readonly ProducerRecord[]): Promise<readonly RecordMetadata[]>;
  /** Sends what is waiting and resolves when all of it is settled. */
  flush(): Promise<void>;
  /** `flush`, then no more. */
  close(): Promise<void>;
}

export interface TopicDescription {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor?: number;
}

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  /** @default the broker's */
  readonly replicationFactor?: number;
  /** Settings in the broker's own words, such as `cleanup.policy`. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface CommittedPosition extends PartitionPosition {
  readonly metadata: string;
}

export interface GroupDescription {
  readonly group: string;
  /** In the broker's own words: Stable, PreparingRebalance, CompletingRebalance, Empty, Dead. */
  readonly state: string;
  readonly assignor?: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly instanceId?: string;
    readonly clientId: string;
    readonly host: string;
    readonly partitions: readonly TopicPartition[];
  }[];
}

export interface AdminSession {
  /** All topics, without the broker's internal ones, or just the named ones. Unknown: `UNKNOWN_TOPIC`. */
  topics(names?: readonly string[]): Promise<readonly TopicDescription[]>;
  /** Resolves when the topic can be used. Exists already: `TOPIC_EXISTS`. */
  createTopic(topic: NewTopic): Promise<void>;
  deleteTopic(topic: string): Promise<void>;
  /** Raises the number of partitions to `partitions`. */
  addPartitions(topic: string, partitions: number): Promise<void>;
  /** One position per partition. A time after the last record gives the end of the log. */
  offsets(topic: string, at: StartPosition): Promise<readonly PartitionPosition[]>;
  /** Committed positions of a group; partitions without one are left out. */
  committed(group: string, topics?: readonly string[]): Promise<readonly CommittedPosition[]>;
  /** Sets positions of a group that has no members at the moment. */
  commit(group: string, positions: readonly PartitionPosition[]): Promise<void>;
  groups(): Promise<readonly string[]>;
  group(group: string): Promise<GroupDescription>;
  close(): Promise<void>;
}
