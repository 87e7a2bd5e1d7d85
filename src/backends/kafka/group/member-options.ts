import type {
  BackendEnv,
  GroupOptions,
  MembershipState,
  PartitaError,
  TopicPartition,
} from '../../../core/index.ts';
import type { Wire } from '../wire/wire.ts';
import type { Coordinator } from './coordinator.ts';
import type { OwnedPartition, Ownership } from './ownership.ts';
import type { SubscribedTopics } from './subscribed-topics.ts';

/** What the member tells the session that it is part of. None of these throws. */
export interface MemberEvents {
  /** Already in the ownership, under this generation. Empty when a rebalance brought nothing new. */
  assigned(added: readonly TopicPartition[], generation: number): void;
  /** Awaited before the partitions leave the ownership. Never rejects. */
  revoked(removed: readonly OwnedPartition[], deadlineMs: number): Promise<void>;
  /** Already gone from the ownership. */
  lost(removed: readonly OwnedPartition[]): void;
  /** Passing trouble. */
  trouble(error: PartitaError): void;
  /** The coordinator answered as it should. */
  healthy(): void;
  /** The end. The partitions were lost before. */
  died(error: PartitaError): void;
  membership(state: MembershipState): void;
}

export interface MemberDeps {
  readonly wire: Wire;
  readonly env: BackendEnv;
  readonly group: string;
  readonly options: GroupOptions;
  readonly coordinator: Coordinator;
  readonly topics: SubscribedTopics;
  readonly ownership: Ownership;
  readonly events: MemberEvents;
  /** How often topics and partitions are looked at, in milliseconds. */
  readonly metadataRefreshMs: number;
}

/**
 * How long the engine may take to hand partitions over. The coordinator's clock started before we heard of the rebalance,
 * up to a heartbeat ago, and the JoinGroup has to travel too.
 */
export function handOverMs({ rebalanceTimeoutMs, heartbeatIntervalMs }: GroupOptions): number {
  const travelMs = Math.min(1_000, rebalanceTimeoutMs / 10);
  return Math.max(rebalanceTimeoutMs / 2, rebalanceTimeoutMs - heartbeatIntervalMs - travelMs);
}
