import type { TopicPartition } from '../model/topic-partition.ts';
import type { MembershipState } from '../ports/backend.ts';
import type { RunState } from './partition-run.ts';

/** What a consumer has done since it started. */
export interface ConsumerCounts {
  /** Records brought to an end: done, dead-lettered, parked or skipped. */
  handled: number;
  /** Failed tries. */
  failures: number;
  retries: number;
  deadLettered: number;
  /** Written to a retry topic, from where they come again. */
  parked: number;
  skipped: number;
  commits: number;
  commitFailures: number;
  rebalances: number;
}

export interface PartitionStatus extends TopicPartition {
  readonly state: RunState;
  readonly paused: boolean;
  /** Next offset that may be committed: everything before it is finished. */
  readonly frontier: number;
  /** Offset stored last, or undefined before the first time. */
  readonly committed?: number;
  /** Fetched and not finished. */
  readonly buffered: number;
  readonly bufferedBytes: number;
  /** Handlers under way. */
  readonly handlers: number;
  /** Handlers that have ended since the partition was assigned or last jumped, well or not. What stands still does not count up. */
  readonly calls: number;
  /** Failed tries that another one follows, when its time has come; parked records that are not due. */
  readonly waiting: number;
  /**
   * Records between the frontier and the end of the log, when the end is known: as of the last delivery, or of when somebody
   * asked. Telemetry asks.
   */
  readonly lag?: number;
  /**
   * The same as time, in milliseconds: how old the record at the frontier is, by its timestamp; 0 when all is handled. Exact
   * to within a fetch answer, whose first record counts. Of a record without a timestamp, since it came; of one that has not come,
   * since it was known to be there. Absent while nobody knows.
   */
  readonly lagMs?: number;
  /** How long the first unfinished record has been in this process, in milliseconds; absent when there is none. */
  readonly oldestMs?: number;
}

export interface ConsumerStatus {
  readonly name: string;
  readonly group?: string;
  readonly membership?: MembershipState;
  readonly counts: Readonly<ConsumerCounts>;
  /** What is wrong now, one sentence each; empty when all is well. */
  readonly problems: readonly string[];
  readonly partitions: readonly PartitionStatus[];
}
