import type { PartitaError } from '../model/errors.ts';
import type { PartitionPosition } from '../model/position.ts';
import type { ConsumerRecord } from '../model/record.ts';
import type { TopicPartition } from '../model/topic-partition.ts';
import type { CloseReason } from '../options/consumer-options.ts';
import type { Decision } from '../options/error-policy.ts';
import type { MembershipState } from '../ports/backend.ts';

/** What an application reports while it runs. Every event names the consumer it came from. */
export type AppEvent = { readonly consumer: string } & (
  | { readonly kind: 'membership'; readonly state: MembershipState }
  | { readonly kind: 'assigned'; readonly partitions: readonly PartitionPosition[] }
  | { readonly kind: 'closed'; readonly partition: TopicPartition; readonly reason: CloseReason }
  | {
      readonly kind: 'committed';
      readonly positions: readonly PartitionPosition[];
      readonly tookMs: number;
    }
  | {
      readonly kind: 'commitFailed';
      readonly partition: TopicPartition;
      readonly error: PartitaError;
    }
  | {
      readonly kind: 'recordFailed';
      readonly record: ConsumerRecord;
      readonly error: unknown;
      readonly attempt: number;
      readonly decision: Decision;
    }
  | { readonly kind: 'deadLettered'; readonly record: ConsumerRecord; readonly topic: string }
  | {
      /** Written to a retry topic, to be handled again when it is due. */
      readonly kind: 'parked';
      readonly record: ConsumerRecord;
      readonly topic: string;
      /** Milliseconds since 1970. */
      readonly dueMs: number;
    }
  | { readonly kind: 'skipped'; readonly record: ConsumerRecord; readonly error: unknown }
  | {
      readonly kind: 'partitionStopped';
      readonly partition: TopicPartition;
      readonly error: unknown;
    }
  | {
      readonly kind: 'drainTimedOut';
      readonly partition: TopicPartition;
      readonly unfinished: number;
    }
  | { readonly kind: 'blocked'; readonly blockedMs: number; readonly handlers: readonly string[] }
  | { readonly kind: 'error'; readonly error: PartitaError; readonly partition?: TopicPartition }
);

/** Receives every event, in order, synchronously. Must not throw; what it throws is logged. */
export type AppListener = (event: AppEvent) => void;
