import type { Assignor, Cancel, Clock, TopicPartition } from '../../../core/index.ts';

/** What a member says when it joins, each time. */
export interface JoinRequest {
  /** '' the first time; later the id the coordinator gave. */
  readonly memberId: string;
  readonly instanceId: string | undefined;
  readonly clientId: string;
  readonly clock: Clock;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly topics: readonly string[];
  /** What it keeps while it waits for the new assignment; empty under the eager protocol. */
  readonly owned: readonly TopicPartition[];
  /** Generation in which `owned` was assigned, -1 at first. */
  readonly generation: number;
  readonly rack: string | undefined;
  readonly assignors: readonly Assignor[];
  /** By name of the assignor, what its `userData` returned. */
  readonly userData: ReadonlyMap<string, Uint8Array>;
  /** Told that a rebalance has begun. A real broker says so in the answer to the next heartbeat. */
  readonly rebalance: () => void;
}

/** What a member gets when the join barrier opens. */
export interface JoinAnswer {
  readonly memberId: string;
  readonly generation: number;
  readonly assignor: string;
  readonly isLeader: boolean;
  readonly partitions: readonly TopicPartition[];
}

/** Why the coordinator does not take a member's word any more. */
export type Rejection = 'unknown member' | 'old generation' | 'fenced instance';

/** A member as the coordinator keeps it. */
export interface Member {
  readonly id: string;
  request: JoinRequest;
  assignment: readonly TopicPartition[];
  /** Its join request, while that waits at the barrier. */
  waiting: PromiseWithResolvers<JoinAnswer | Rejection> | undefined;
  /** Calls off the session time-out. */
  cancelExpiry: Cancel;
}
