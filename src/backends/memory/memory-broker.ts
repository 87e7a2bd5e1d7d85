import type {
  BackendDefinition,
  CommittedPosition,
  ConsumerRecord,
  PartitaError,
  TopicPartition,
} from '../../core/index.ts';
import type { Operation } from './faults.ts';

/**
 * What `memory()` returns: the definition to hand to an application, and the broker behind it to look into and to harm.
 * All applications opened from it share its log and its groups.
 */
export interface MemoryBroker extends BackendDefinition {
  readonly name: 'memory';
  /** Trouble on order. Processes are named by their `clientId`. */
  readonly faults: MemoryFaults;
  /** What the log of a topic holds, by partition, then by offset. @throws PartitaError `UNKNOWN_TOPIC` */
  records(topic: string): readonly ConsumerRecord[];
  /** Committed positions of a group, by topic and partition. */
  committed(group: string): readonly CommittedPosition[];
  /** Number of rebalances the group has finished. */
  generation(group: string): number;
  /** Retention: forgets the records of a partition before `offset`. */
  deleteRecordsBefore(partition: TopicPartition, offset: number): void;
  /** Log compaction of all partitions of a topic: the newest record of each key stays, and leaves gaps around it. */
  compact(topic: string): void;
  /** Uses up offsets of a partition without a record, as the markers of transactions do. @default count 1 */
  appendMarkers(partition: TopicPartition, count?: number): void;
}

export interface MemoryFaults {
  /**
   * Ends a process as `kill -9` does: from now on it sends and gets nothing, and nobody is told. Its groups notice when
   * the session time-out is over. What it still asks for fails with `CLOSED`.
   */
  crash(clientId: string): void;
  /** Stops a process for a while, as a long garbage collection does. Returns what lets it go on. */
  freeze(clientId: string): () => void;
  /** Ends the sessions of a process in the eyes of its groups. It notices with its next heartbeat or commit. */
  expire(clientId: string): void;
  /** Fails the next requests of that kind, of any process. @default times 1 */
  failNext(operation: Exclude<Operation, 'fetch'>, error: PartitaError, times?: number): void;
  /** From now on requests of that kind take this long to arrive, in milliseconds; 0 ends it. */
  delay(operation: Operation, delayMs: number): void;
}
