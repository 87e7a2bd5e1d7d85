import type { TopicPartition } from '../model/topic-partition.ts';
import type { MembershipState } from '../ports/backend.ts';
import type { RunState } from './partition-run.ts';

/** What a consumer has done since it started. */
export interface ConsumerCounts {
  /** Records brought to an end: done, dead-lettered or skipped. */
  handled: number;
  /** Failed tries. */
  failures: number;
  retries: number;
  deadLettered: number;
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
  /** Records between the frontier and the end of the log, when the end is known. */
  readonly lag?: number;
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
